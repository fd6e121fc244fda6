import { readFile } from "node:fs/promises";

/** Milliseconds between two looks; the system counts in steps of ten. */
const LOOK = 100;
const TICK = 10;

/** Processor time that was taken within one look. Milliseconds; `at` of the computer's clock. */
export interface Theft {
  readonly at: number;
  readonly stolen: number;
}

/**
 * Watches for processor time that a virtual machine was not given although it had work: other machines on the
 * same computer had it. No program can see it coming, and to each task it looks like work of its own.
 */
export class StolenTime {
  #thefts: Theft[] = [];
  #last: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  start(): void {
    const look = async (): Promise<void> => {
      const stolen = stolenIn(await readFile("/proc/stat", "utf8").catch(() => ""));
      if (stolen !== undefined && this.#last !== undefined && stolen > this.#last) {
        this.#thefts.push({ at: Date.now() - LOOK / 2, stolen: stolen - this.#last });
      }
      this.#last = stolen;
      // Where the system does not count it there is nothing to look at.
      if (stolen !== undefined && !this.#isOver) this.#timer = setTimeout(() => void look(), LOOK);
    };
    void look();
  }

  /** What was taken since the last call, oldest first. */
  take(): readonly Theft[] {
    return this.#thefts.splice(0);
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

/** Milliseconds of all processors since the machine's start, of Linux's /proc/stat (man 5 proc). */
export function stolenIn(stat: string): number | undefined {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(/ +/);
  const ticks = Number(fields?.[7] ?? Number.NaN);
  return Number.isFinite(ticks) ? ticks * TICK : undefined;
}
