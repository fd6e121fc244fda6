import type { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { MemoryFiles } from "./memoryFiles.ts";
import type { TemperatureLog } from "./temperatureLog.ts";

/** A line of a printer's console; `time` in Unix seconds. */
export const ConsoleLine = z.object({
  message: z.string(),
  time: z.number(),
  type: z.enum(["command", "response"]),
});
export type ConsoleLine = z.output<typeof ConsoleLine>;

const StoredConsole = z.object({ lines: z.array(ConsoleLine) });
const Samples = z.array(z.number().nullable());
const StoredTemperatures = z.object({
  /** Wall milliseconds of the last sample. */
  at: z.number(),
  sensors: z.record(
    z.string(),
    z.object({
      temperatures: Samples,
      targets: Samples.optional(),
      powers: Samples.optional(),
      speeds: Samples.optional(),
    }),
  ),
});

/** Milliseconds between two looks at what is new, and how many of them temperatures wait. */
const LOOK_EVERY = 60_000;
const TEMPERATURES_EVERY = 15;

type Files = Pick<MemoryFiles, "read" | "write" | "forget">;

export interface Memory {
  readonly lines: ConsoleLine[];
  readonly temperatures: TemperatureLog;
}

/**
 * Keeps what is remembered of printers over a restart of the host: consoles a minute after something was
 * said, temperatures every quarter of an hour, both when the host ends. Never a write per line.
 */
export class MemoryKeeper {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  readonly #writes = new Sequencer();
  /** The last line that is on disk. */
  readonly #kept = new Map<PrinterId, ConsoleLine | undefined>();
  #timer: Disposable | undefined;
  #looks = 0;

  constructor(files: Files, clock: Clock, report: (error: unknown) => void) {
    this.#files = files;
    this.#clock = clock;
    this.#report = report;
  }

  /** Puts what was kept before what has been heard since. */
  async load(printer: PrinterId, { lines, temperatures }: Memory): Promise<void> {
    const console = StoredConsole.safeParse(await this.#files.read(printer, "console"));
    if (console.success) lines.unshift(...console.data.lines);
    this.#kept.set(printer, lines.at(-1));
    const stored = StoredTemperatures.safeParse(await this.#files.read(printer, "temperatures"));
    if (!stored.success) return;
    const { at, sensors } = stored.data;
    temperatures.restore(sensors, Math.max(0, Math.round((this.#clock.now() - at) / 1000)));
  }

  start(memories: () => Iterable<readonly [PrinterId, Memory]>): void {
    this.#timer = this.#clock.setTimer(LOOK_EVERY, () => {
      const isDue = ++this.#looks % TEMPERATURES_EVERY === 0;
      drop(this.save(memories(), isDue), this.#report);
      this.start(memories);
    });
  }

  stop(): void {
    this.#timer?.dispose();
  }

  /** Writes what is new. A disk that cannot be written costs what was said, and nothing else. */
  save(memories: Iterable<readonly [PrinterId, Memory]>, withTemperatures: boolean): Promise<void> {
    const all = [...memories];
    return this.#writes.run(async () => {
      for (const [printer, { lines, temperatures }] of all) {
        const last = lines.at(-1);
        if (last !== this.#kept.get(printer)) {
          await this.#files.write(printer, "console", { lines });
          this.#kept.set(printer, last);
        }
        if (!withTemperatures) continue;
        const sensors = temperatures.series();
        if (Object.keys(sensors).length === 0) continue;
        await this.#files.write(printer, "temperatures", { at: this.#clock.now(), sensors });
      }
    });
  }

  forget(printer: PrinterId): Promise<void> {
    this.#kept.delete(printer);
    return this.#writes.run(() => this.#files.forget(printer));
  }
}
