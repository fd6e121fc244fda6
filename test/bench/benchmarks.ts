import type { Benchmark } from "./bench.ts";
import { coldStartBenchmark } from "./coldStartBench.ts";
import { historyBenchmark } from "./historyBench.ts";
import { longPostBenchmark, postBenchmark, statusBenchmark } from "./queueBench.ts";
import { streamBenchmark } from "./streamBench.ts";

/** All of them, in the order of docs/performance.md. */
export const BENCHMARKS: readonly Benchmark[] = [
  statusBenchmark,
  postBenchmark,
  longPostBenchmark,
  streamBenchmark,
  coldStartBenchmark,
  historyBenchmark,
];
