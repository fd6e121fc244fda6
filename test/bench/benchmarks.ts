import type { Benchmark } from "./bench.ts";
import { coldStartBenchmark } from "./coldStartBench.ts";
import { historyBenchmark } from "./historyBench.ts";
import { postBenchmark, statusBenchmark } from "./queueBench.ts";
import { streamBenchmark } from "./streamBench.ts";

/** All of them, in the order of docs/performance.md. */
export const BENCHMARKS: readonly Benchmark[] = [
  statusBenchmark,
  postBenchmark,
  streamBenchmark,
  coldStartBenchmark,
  historyBenchmark,
];
