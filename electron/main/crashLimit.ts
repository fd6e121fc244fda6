/** Crashes within `WITHIN` after which a page is not loaded again by itself. */
const AT_MOST = 3;
/** Milliseconds. */
const WITHIN = 60_000;

/** A page that crashes as soon as it is loaded must not be loaded for ever. */
export class CrashLimit {
  #times: number[] = [];

  /** Counts a crash at `now` (milliseconds, monotonic) and says whether to load the page again. */
  mayTryAgain(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < WITHIN), now];
    return this.#times.length <= AT_MOST;
  }
}
