import type { Benchmark } from "./bench.ts";
import { broadcastBenchmark } from "./broadcastBench.ts";
import { coldStartBenchmark } from "./coldStartBench.ts";
import { historyBenchmark } from "./historyBench.ts";
import { intakeBenchmark } from "./intakeBench.ts";
import { nextStartBenchmark } from "./nextStartBench.ts";
import { longPostBenchmark, postBenchmark, statusBenchmark } from "./queueBench.ts";
import { stagingBenchmark } from "./stagingBench.ts";
import { streamBenchmark } from "./streamBench.ts";

/** All of them, in the order of docs/performance.md. */
export const BENCHMARKS: readonly Benchmark[] = [
  statusBenchmark,
  postBenchmark,
  longPostBenchmark,
  broadcastBenchmark,
  streamBenchmark,
  nextStartBenchmark,
  coldStartBenchmark,
  intakeBenchmark,
  historyBenchmark,
  stagingBenchmark,
];
