/** Rows in view of a list that is scrolled: `to` is the first one below them. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Rows that are drawn beyond the window, on each side. */
const OVERSCAN = 4;

export function rowsOf({ from, to }: RowRange): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
}

/** The rows beyond the window of a list that holds `count`. */
export function rowsAround({ from, to }: RowRange, count: number): readonly number[] {
  return [
    ...rowsOf({ from: Math.max(0, from - OVERSCAN), to: from }),
    ...rowsOf({ from: to, to: Math.min(count, to + OVERSCAN) }),
  ];
}

/**
 * Which of the rows that were `drawn` stay for now, when another range has come into view: as many as are
 * drawn beyond a window, the nearest first, wherever they are. They hold the elements that those around the
 * new window take over after its picture.
 */
export function rowsLeft(drawn: readonly number[], { from, to }: RowRange): readonly number[] {
  const distance = (row: number): number => (row < from ? from - row : row - to + 1);
  return drawn
    .filter((row) => row < from || row >= to)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, 2 * OVERSCAN);
}
