import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HostProcess, startServe } from "../support/hostUnderTest.ts";
import type { Row } from "./measure.ts";

const ALLOCATIONS = fileURLToPath(new URL("./allocationPreload.ts", import.meta.url));

/** One benchmark; it can be run alone by its name. */
export interface Benchmark {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<readonly Row[]>;
}

/** What a benchmark is given, and what is undone after it. */
export interface Bench {
  /** How long each row is measured. */
  readonly seconds: number;
  /** An empty folder on a real disk. */
  readonly folder: string;
  /** `npm run serve` in a process of its own, with an empty data folder unless one is given, and node's flags. */
  startHost(dataDir?: string, ...flags: string[]): Promise<HostProcess>;
  /** Runs `undo` after the benchmark, also a failed one; the last comes first. */
  after(undo: () => Promise<unknown>): void;
}

/** Runs one benchmark and ends everything it started. */
export async function runBenchmark(
  benchmark: Benchmark,
  seconds: number,
  profileDir: string | undefined,
): Promise<readonly Row[]> {
  const undo: (() => Promise<unknown>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), "nextplate-bench-"));
  const profile =
    profileDir === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`, "--import", ALLOCATIONS];
  let hosts = 0;
  try {
    return await benchmark.run({
      seconds,
      folder,
      async startHost(dataDir = join(folder, `host-${++hosts}`), ...flags) {
        const host = await startServe(dataDir, [...profile, ...flags], "--log-level", "warn");
        undo.push(() => host.stop());
        return host;
      },
      after: (step) => void undo.push(step),
    });
  } finally {
    for (const step of undo.reverse()) await step();
    rmSync(folder, { recursive: true, force: true });
  }
}
