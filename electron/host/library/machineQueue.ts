import { AppError } from "#shared/rpc/errors.ts";
import { abortable } from "#shared/util/abortable.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";

/**
 * Milliseconds between the starts of two transfers to one machine. Moonraker names the temporary file of
 * an upload by the whole second it began in, in a folder all Moonrakers of a computer share: two uploads
 * of one second overwrite each other and are answered 201 (observed on Moonraker v0.10.0-31).
 */
export const TRANSFER_SPACING = 1_200;

interface Lane {
  /** Settles when the transfer last queued has ended. */
  tail: Promise<void>;
  waiting: number;
  /** Monotonic milliseconds before which no transfer may begin. */
  notBefore: number;
}

/** Lets transfers to one machine run one at a time and apart; other machines are not held up. */
export class MachineQueue {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs a transfer when it is its turn; the order is that of the calls. One given up while it waits
   * rejects at once with `unavailable` and holds up nobody.
   */
  async run<T>(machine: string, signal: AbortSignal, transfer: () => Promise<T>): Promise<T> {
    const lane = this.#lane(machine);
    const before = lane.tail;
    let release = (): void => {};
    const ended = new Promise<void>((resolve) => (release = resolve));
    lane.tail = before.then(() => ended);
    lane.waiting++;
    try {
      await abortable(before, signal);
      const wait = lane.notBefore - this.#clock.monotonic();
      if (wait > 0) await sleep(this.#clock, wait, signal);
      if (signal.aborted) throw new AppError("unavailable", "Cancelled");
      return await this.#runNow(lane, transfer);
    } finally {
      lane.waiting--;
      release();
      this.#forget(machine, lane);
    }
  }

  async #runNow<T>(lane: Lane, transfer: () => Promise<T>): Promise<T> {
    lane.notBefore = this.#clock.monotonic() + TRANSFER_SPACING;
    try {
      return await transfer();
    } catch (error) {
      // The machine may not know yet that it ended, and still be writing.
      lane.notBefore = this.#clock.monotonic() + TRANSFER_SPACING;
      throw error;
    }
  }

  #lane(machine: string): Lane {
    let lane = this.#lanes.get(machine);
    if (lane === undefined) {
      lane = { tail: Promise.resolve(), waiting: 0, notBefore: -Infinity };
      this.#lanes.set(machine, lane);
    }
    return lane;
  }

  /** Lanes without waiters go once their spacing has passed, so that odd keys cannot pile up. */
  #forget(machine: string, lane: Lane): void {
    for (const [key, other] of this.#lanes) {
      const idle = other.waiting === 0 && other.notBefore <= this.#clock.monotonic();
      if (idle && (key !== machine || other === lane)) this.#lanes.delete(key);
    }
  }
}
