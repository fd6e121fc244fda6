import { AppError } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";

/** Failures of one address within the window; more are not even looked at. */
const MOST_FAILURES = 10;
/** Milliseconds. */
const WINDOW = 60_000;
/** Bound of memory; the oldest address is forgotten first. */
const MOST_ADDRESSES = 10_000;

/** Slows down whoever guesses keys, each address for itself, so that nobody locks out others. */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { readonly since: number; readonly count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `too_many_requests` for an address that has failed too often lately. */
  check(address: string): void {
    const failed = this.#failures.get(address);
    if (failed === undefined || failed.count < MOST_FAILURES) return;
    if (this.#clock.monotonic() - failed.since >= WINDOW) return;
    throw new AppError(
      "too_many_requests",
      "Too many wrong keys came from this address. Wait a minute, then use the right one.",
    );
  }

  /** A credential was wrong. */
  fail(address: string): void {
    const now = this.#clock.monotonic();
    const failed = this.#failures.get(address);
    const goesOn = failed !== undefined && now - failed.since < WINDOW;
    this.#failures.delete(address);
    this.#failures.set(
      address,
      goesOn ? { ...failed, count: failed.count + 1 } : { since: now, count: 1 },
    );
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > MOST_ADDRESSES && oldest.done !== true) {
      this.#failures.delete(oldest.value);
    }
  }
}
