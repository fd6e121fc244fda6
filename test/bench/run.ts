import { mkdirSync, writeFileSync } from "node:fs";
import { type Benchmark, runBenchmark } from "./bench.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import type { Row } from "./measure.ts";
import { table } from "./table.ts";

/**
 * `npm run bench [-- NAME...]`: the host, a process of its own, beside limits measured in the same run,
 * since a machine's speed changes from one run to the next. Prints a table and writes
 * test-output/bench/NAME.json. BENCH_SECONDS is the length of each row; with BENCH_PROFILE=DIR the host
 * writes a CPU profile and one of its allocations there.
 */
const OUTPUT = "test-output/bench";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => BENCHMARKS.every((known) => known.name !== name));
if (unknown.length > 0) {
  const names = BENCHMARKS.map(({ name }) => name).join(", ");
  process.stderr.write(`There is no benchmark ${unknown.join(", ")}. There are: ${names}.\n`);
  process.exit(1);
}
const seconds = Number(process.env.BENCH_SECONDS ?? "3");
mkdirSync(OUTPUT, { recursive: true });
// Builds host and board where they are stale, and leaves the compiled code of a start behind: a first start
// is no measure of the next ones.
const warmUp: Benchmark = {
  name: "warm-up",
  async run(bench) {
    await bench.startHost();
    return [];
  },
};
await runBenchmark(warmUp, 0, undefined);
const all: Row[] = [];
for (const benchmark of BENCHMARKS) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
  const rows = await runBenchmark(benchmark, seconds, process.env.BENCH_PROFILE);
  writeFileSync(`${OUTPUT}/${benchmark.name}.json`, `${JSON.stringify(rows, undefined, 2)}\n`);
  process.stdout.write(`${benchmark.name}\n${table(rows)}\n\n`);
  all.push(...rows);
}
const missed = all.flatMap(({ verdicts }) => verdicts ?? []).filter(({ met }) => !met).length;
process.stdout.write(`${missed} of the requirements missed in this run\n`);
process.exit(0);
