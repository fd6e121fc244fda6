import type { Instant } from "./queueModel.ts";

/** Milliseconds by which clocks may disagree, or a timer be late, without meaning anything. */
const SLACK = 30_000;

/**
 * Notices that this computer slept. Some systems stop the monotonic clock meanwhile, so that only the wall
 * clock has moved on; others count on, so that a timer is late. A wall clock that was set forward looks
 * the same as the first, and what follows from it does no harm.
 */
export class GapWatch {
  #last: Instant | null = null;
  #due: number | null = null;

  /** A timer is set for this monotonic moment; null = none. */
  expect(due: number | null): void {
    this.#due = due;
  }

  /** Whether time has passed unseen since the last look. */
  look(now: Instant): boolean {
    const last = this.#last;
    this.#last = now;
    const isLate = this.#due !== null && now.mono - this.#due > SLACK;
    // Told once: the timer is set anew by what follows.
    if (isLate) this.#due = null;
    if (last === null) return false;
    return isLate || now.wall - last.wall - (now.mono - last.mono) > SLACK;
  }
}
