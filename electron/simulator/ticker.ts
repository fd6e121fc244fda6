import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, toDisposable } from "#shared/util/disposable.ts";

/** One timer for every printer of a process: hundreds of printers cost one wake-up per interval. */
export class Ticker {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #listeners = new Set<() => void>();
  #timer: Disposable | undefined;

  /** `interval` in milliseconds. */
  constructor(clock: Clock, interval: number) {
    this.#clock = clock;
    this.#interval = interval;
  }

  /** Calls `run` at every tick; the timer runs only while somebody listens. */
  add(run: () => void): Disposable {
    this.#listeners.add(run);
    if (this.#timer === undefined) this.#arm();
    return toDisposable(() => {
      this.#listeners.delete(run);
      if (this.#listeners.size > 0) return;
      this.#timer?.dispose();
      this.#timer = undefined;
    });
  }

  #arm(): void {
    this.#timer = this.#clock.setTimer(this.#interval, () => {
      this.#arm();
      for (const listener of this.#listeners) listener();
    });
  }
}
