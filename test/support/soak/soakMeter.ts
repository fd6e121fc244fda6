import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { HistoryTotals } from "#shared/contract/farmHistory.ts";
import { usageOf } from "../../bench/processUsage.ts";
import type { SoakStage } from "./soakStage.ts";

const MB = 1024 * 1024;

/** What host and machines held at one moment. Sizes are megabytes. */
export interface SoakSample {
  /** Hours of the simulated day. */
  readonly hour: number;
  /** Counts the lives of the host. */
  readonly life: number;
  readonly rss: number;
  readonly heap: number;
  /** Open files and sockets, as the system counts them. */
  readonly descriptors: number;
  readonly timers: number;
  readonly handles: number;
  /** Milliseconds the host's event loop was late since the last sample: p99 and most. */
  readonly late: number;
  readonly latest: number;
  readonly database: number;
  readonly log: number;
  readonly backup: number;
  readonly library: number;
  readonly attempts: number;
  /** CPU the host used since the last sample, of one core; 0 when it was restarted in between. */
  readonly cpu: number;
  readonly simulators: number;
}

/** Takes samples; the host collects its garbage before each. */
export class SoakMeter {
  readonly samples: SoakSample[] = [];
  readonly #stage: SoakStage;
  #life = 0;
  #last = { pid: 0, cpu: 0, at: 0 };

  constructor(stage: SoakStage) {
    this.#stage = stage;
  }

  async sample(): Promise<SoakSample> {
    const { host, data, simulators, now } = this.#stage;
    const { rss, heap, timers, handles, loop } = await host.measure();
    const totals = await this.#stage.ask(HistoryTotals, "farm.history.totals", {});
    const usage = await usageOf(host.pid);
    const at = performance.now();
    const isSame = host.pid === this.#last.pid;
    const cpu = isSame ? ((usage?.cpu ?? 0) - this.#last.cpu) / (at - this.#last.at) : 0;
    if (!isSame) this.#life++;
    this.#last = { pid: host.pid, cpu: usage?.cpu ?? 0, at };
    const sample: SoakSample = {
      hour: now / 3_600,
      life: this.#life,
      rss: rss / MB,
      heap: heap / MB,
      descriptors: await descriptorsOf(host.pid),
      timers,
      handles,
      late: loop.p99,
      latest: loop.max,
      ...(await filesOf(data)),
      attempts: totals.attempts,
      cpu,
      simulators: (await usageOf(simulators.pid))?.memory ?? 0,
    };
    this.samples.push(sample);
    return sample;
  }

  /** What the last host left behind: its log has become part of the database. */
  async sampleFiles(): Promise<void> {
    const last = this.samples.at(-1);
    if (last === undefined) return;
    this.samples.push({ ...last, ...(await filesOf(this.#stage.data)), life: this.#life + 1 });
  }
}

async function filesOf(
  data: string,
): Promise<Pick<SoakSample, "database" | "log" | "backup" | "library">> {
  return {
    database: await sizeOf(join(data, "nextplate.db")),
    log: await sizeOf(join(data, "nextplate.db-wal")),
    backup: await sizeOf(join(data, "nextplate.backup.db")),
    library: await sizeOf(join(data, "library")),
  };
}

/** 0 where the system has no /proc. */
async function descriptorsOf(pid: number): Promise<number> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return names.length;
}

/** Megabytes of a file, or of all files below a folder; what is missing has none. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.size / MB;
  const sizes = (await readdir(path)).map((name) => sizeOf(join(path, name)));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
