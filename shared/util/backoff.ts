export interface BackoffOptions {
  /** First delay in milliseconds. */
  readonly base: number;
  /** Longest delay in milliseconds. */
  readonly cap: number;
  /** 0..1: how much of the delay is random, so that a farm does not reconnect in step. */
  readonly jitter: number;
}

/**
 * Delay in milliseconds before try number `attempt` (0 = first retry). Pure: `random` is in [0, 1).
 * It never says "give up": a printer that was off for a month is still ours.
 */
export function backoffDelay(attempt: number, options: BackoffOptions, random: number): number {
  const exponential = Math.min(options.cap, options.base * 2 ** Math.min(attempt, 30));
  return Math.round(exponential * (1 - options.jitter + options.jitter * random));
}
