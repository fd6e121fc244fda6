import { formatCount } from "./date.ts";

/** Whole percent of a share of 0 to 1. 100 is kept for what is really complete. */
export function wholePercent(share: number): number {
  if (share >= 1) return 100;
  return Math.min(99, Math.max(0, Math.floor(share * 100 + 1e-9)));
}

/** A share with one decimal in the reader's language: `54.1 %`. */
export function formatShare(share: number): string {
  return `${formatCount(Math.round(share * 1000) / 10)} %`;
}
