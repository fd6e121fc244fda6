/** Both clocks of one moment: wall milliseconds are stored and shown, monotonic ones measure. */
export interface Instant {
  readonly wall: number;
  readonly mono: number;
}
