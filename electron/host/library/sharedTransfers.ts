import { AppError } from "#shared/rpc/errors.ts";
import type { StagingReason } from "./stagingPolicy.ts";

/** What one who waits for a transfer wants to hear of it. */
export interface Rider {
  readonly reason: StagingReason;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
  readonly onWait: (why: string | null) => void;
}

/** The transfer as the one who carries it out sees it: all riders as one. */
export interface SharedRider {
  readonly reason: () => StagingReason;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
  readonly onWait: (why: string | null) => void;
}

interface Flight<T> {
  readonly riders: Set<Rider>;
  readonly abort: AbortController;
  readonly outcome: Promise<T>;
}

/**
 * Lets those who want the same file share one transfer: what went ahead is not sent again when its turn
 * comes. It ends when the last of them has given it up.
 */
export class SharedTransfers<T> {
  readonly #flights = new Map<string, Flight<T>>();

  ride(key: string, rider: Rider, run: (shared: SharedRider) => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key) ?? this.#begin(key, run);
    flight.riders.add(rider);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        flight.riders.delete(rider);
        if (flight.riders.size > 0) return reject(new AppError("unavailable", "Cancelled"));
        // The last one waits until the transfer has let go of its file.
        this.#forget(key, flight);
        flight.abort.abort();
      };
      flight.outcome
        .finally(() => rider.signal.removeEventListener("abort", leave))
        .then(resolve, reject);
      if (rider.signal.aborted) leave();
      else rider.signal.addEventListener("abort", leave, { once: true });
    });
  }

  #begin(key: string, run: (shared: SharedRider) => Promise<T>): Flight<T> {
    const riders = new Set<Rider>();
    const abort = new AbortController();
    const shared: SharedRider = {
      reason: () => mostUrgent([...riders].map(({ reason }) => reason)),
      signal: abort.signal,
      onProgress: (fraction) => {
        for (const rider of riders) rider.onProgress(fraction);
      },
      onWait: (why) => {
        for (const rider of riders) rider.onWait(why);
      },
    };
    // Begins in the next turn, when its first rider sits.
    const outcome = Promise.resolve().then(() => run(shared));
    const flight: Flight<T> = { riders, abort, outcome };
    this.#flights.set(key, flight);
    const end = (): void => this.#forget(key, flight);
    outcome.then(end, end);
    return flight;
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

function mostUrgent(reasons: readonly StagingReason[]): StagingReason {
  const order: readonly StagingReason[] = ["due", "ahead", "ahead_when_idle"];
  return order.find((reason) => reasons.includes(reason)) ?? "ahead_when_idle";
}
