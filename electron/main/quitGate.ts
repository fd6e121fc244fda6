import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";

/** Milliseconds after which a quit no longer waits: a printer that is silent for so long may be silent for ever. */
const DEADLINE = 120_000;
/** Milliseconds between two looks. */
const LOOK_EVERY = 200;

export interface QuitGateParts {
  readonly clock: Clock;
  /** Names of the printers whose start is not settled. */
  readonly starting: () => readonly string[];
  /** While it is true no further start leaves: a large farm is always about to start something. */
  readonly hold: (held: boolean) => void;
  /**
   * Explains the wait and offers a way around it; `settled` is aborted when there is nothing left to ask.
   * Resolves with what the person chose.
   */
  readonly explain: (
    printers: readonly string[],
    settled: AbortSignal,
  ) => Promise<"quit_now" | "stay" | "none">;
}

/**
 * Holds a quit back while a start has been sent and nobody knows yet whether it happened. A quit then
 * would lose nothing, but the copy could need a person's word at the next start.
 */
export class QuitGate {
  readonly #parts: QuitGateParts;
  #waiting: Promise<boolean> | undefined;

  constructor(parts: QuitGateParts) {
    this.#parts = parts;
  }

  /**
   * Holds further starts back from this moment, and says whether one is on its way, so that a quit has to
   * wait. What is to end must end then: only a `wait` that ends with "no" lets starts go again.
   */
  shut(): boolean {
    this.#parts.hold(true);
    return this.#parts.starting().length > 0;
  }

  /** Resolves with whether to quit: once it is safe, at the deadline, or as the person says. One wait at a time. */
  wait(): Promise<boolean> {
    this.#waiting ??= this.#wait().finally(() => (this.#waiting = undefined));
    return this.#waiting;
  }

  /** `shut`, and `wait` where that is needed. */
  pass(): Promise<boolean> {
    return this.shut() ? this.wait() : Promise.resolve(true);
  }

  async #wait(): Promise<boolean> {
    const { starting, explain, clock } = this.#parts;
    const settled = new AbortController();
    let leave: (quit: boolean) => void = () => {};
    const safe = new Promise<boolean>((resolve) => (leave = resolve));
    const givenUp = clock.monotonic() + DEADLINE;
    let next: Disposable | undefined;
    const look = (): void => {
      if (starting().length === 0 || clock.monotonic() >= givenUp) leave(true);
      else next = clock.setTimer(LOOK_EVERY, look);
    };
    look();
    try {
      const chosen = explain(starting(), settled.signal).then((choice) =>
        choice === "none" ? safe : choice === "quit_now",
      );
      const quit = await Promise.race([safe, chosen]);
      if (!quit) this.#parts.hold(false);
      return quit;
    } finally {
      next?.dispose();
      settled.abort();
    }
  }
}
