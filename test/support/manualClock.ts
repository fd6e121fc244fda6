import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that moves only when a test says so. Wall time and monotonic time run together. */
export class ManualClock implements Clock {
  readonly #start: number;
  readonly #timers = new Set<Timer>();
  #passed = 0;
  #shift = 0;

  constructor(start = 1_800_000_000_000) {
    this.#start = start;
  }

  /** Timers that still wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#start + this.#passed + this.#shift;
  }

  monotonic(): number {
    return this.#passed;
  }

  /** The wall clock is set, or went on while the computer slept: monotonic time and timers do not notice. */
  setWall(by: number): void {
    this.#shift += by;
  }

  /** The computer sleeps on a system whose monotonic clock counts on: every timer is late. */
  sleep(milliseconds: number): void {
    this.#passed += milliseconds;
  }

  setTimer(delay: number, run: () => void): Disposable {
    const timer = { due: this.#passed + Math.max(0, delay), run };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }

  /** Lets time pass: timers run in order, each with what it causes settled before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#passed + milliseconds;
    await settle();
    for (;;) {
      const next = [...this.#timers]
        .filter((timer) => timer.due <= end)
        .toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#passed = Math.max(this.#passed, next.due);
      next.run();
      await settle();
    }
    this.#passed = end;
  }
}

/** Lets promises that can settle do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
