import type { Disposable } from "./disposable.ts";

/** Time and timers, injected everywhere so that tests and the soak run can scale or stop them. */
export interface Clock {
  /** Wall time in milliseconds since 1970; may jump when the computer's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. Use it for every duration. */
  monotonic(): number;
  /** Calls `run` once after `delay` milliseconds unless disposed before. */
  setTimer(delay: number, run: () => void): Disposable;
}

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delay, run) {
    const timer = setTimeout(run, delay);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** How a clock that runs faster than the computer's is told to several processes, so that all read the same time. */
export interface TimeScale {
  /** Milliseconds of the clock in one of the computer's. */
  readonly factor: number;
  /** Unix milliseconds at which both read the same. */
  readonly origin: number;
}

/** A day in minutes: every delay, deadline and duration shrinks by the factor. */
export function scaledClock({ factor, origin }: TimeScale, base: Clock = systemClock): Clock {
  return {
    now: () => Math.round(origin + (base.now() - origin) * factor),
    monotonic: () => base.monotonic() * factor,
    // Rounded up: a timer may be late, never early.
    setTimer: (delay, run) => base.setTimer(Math.ceil(delay / factor), run),
  };
}

/** Resolves after `delay` milliseconds of the given clock, or at once when `signal` is aborted. */
export function sleep(clock: Clock, delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      timer.dispose();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.setTimer(delay, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
