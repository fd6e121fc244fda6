import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";

/** Milliseconds between two pushes of live data: Klipper's own tick. */
const INTERVAL = 250;

/** Gathers those that moved and hands them on together, with a trailing edge so that the last value arrives. */
export class LiveCollector<Id> {
  readonly #clock: Clock;
  readonly #push: (moved: readonly Id[]) => void;
  readonly #moving = new Set<Id>();
  #timer: Disposable | undefined;

  constructor(clock: Clock, push: (moved: readonly Id[]) => void) {
    this.#clock = clock;
    this.#push = push;
  }

  add(id: Id): void {
    this.#moving.add(id);
    this.#timer ??= this.#clock.setTimer(INTERVAL, () => {
      this.#timer = undefined;
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
