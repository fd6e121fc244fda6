/** Whole percent of a share of 0 to 1. 100 is kept for what is really complete. */
export function wholePercent(share: number): number {
  if (share >= 1) return 100;
  return Math.min(99, Math.max(0, Math.floor(share * 100 + 1e-9)));
}
