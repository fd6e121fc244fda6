/** Pixels between columns and around them. */
export const GAP = 10;
const NARROW = 280;
const WIDE = 330;

/** Columns share the width they have, within what reads well; more of them scroll sideways. */
export function columnWidth(available: number, count: number): number {
  if (count === 0 || available === 0) return NARROW;
  const even = Math.floor((available - GAP * (count + 1)) / count);
  return Math.min(WIDE, Math.max(NARROW, even));
}
