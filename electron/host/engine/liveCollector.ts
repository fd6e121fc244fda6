import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";

/** Milliseconds between two pushes of live data. Klipper ticks twice as often, but nobody reads that fast. */
const INTERVAL = 500;
/** Milliseconds: the reports of a tick arrive one after another and go together. */
const GATHER = 50;

/**
 * Gathers those that moved and hands them on together, with a trailing edge so that the last value arrives.
 * Pushes keep their pace: what is due is counted from when the last one was due, not from when it went.
 */
export class LiveCollector<Id> {
  readonly #clock: Clock;
  readonly #push: (moved: readonly Id[]) => void;
  readonly #moving = new Set<Id>();
  #timer: Disposable | undefined;
  /** When the next push may go at the earliest, monotonic milliseconds. */
  #free = 0;

  constructor(clock: Clock, push: (moved: readonly Id[]) => void) {
    this.#clock = clock;
    this.#push = push;
  }

  add(id: Id): void {
    this.#moving.add(id);
    if (this.#timer !== undefined) return;
    const now = this.#clock.monotonic();
    const due = Math.max(this.#free, now + GATHER);
    this.#timer = this.#clock.setTimer(due - now, () => {
      this.#timer = undefined;
      this.#free = due + INTERVAL;
      const moved = [...this.#moving];
      this.#moving.clear();
      this.#push(moved);
    });
  }

  /** Forgets one that is gone. */
  remove(id: Id): void {
    this.#moving.delete(id);
  }

  stop(): void {
    this.#timer?.dispose();
  }
}
