import type { CopyId } from "#shared/domain/ids.ts";

interface PlacedRow {
  readonly job_id: CopyId;
  readonly locked: boolean;
}

/**
 * Before which row dropped ones go: null = to the end, undefined = nothing changes. Nothing goes in
 * front of a row that is on its way to the printer. `moved` may lie in this queue or come from another.
 */
export function dropPlace(
  rows: readonly PlacedRow[],
  moved: readonly CopyId[],
  target: CopyId | null,
  beforeTarget: boolean,
): CopyId | null | undefined {
  const going = new Set(moved);
  const at = target === null ? rows.length : rows.findIndex((row) => row.job_id === target);
  if (at < 0) return undefined;
  const lastLocked = rows.findLastIndex((row) => row.locked && !going.has(row.job_id));
  const index = Math.max(beforeTarget || target === null ? at : at + 1, lastLocked + 1);
  const next = rows.slice(index).find((row) => !going.has(row.job_id))?.job_id ?? null;
  return isThere(rows, moved, next) ? undefined : next;
}

/** The same copies, in the same order, already stand in front of `next`. */
function isThere(
  rows: readonly PlacedRow[],
  moved: readonly CopyId[],
  next: CopyId | null,
): boolean {
  const end = next === null ? rows.length : rows.findIndex((row) => row.job_id === next);
  const there = rows.slice(Math.max(0, end - moved.length), end).map((row) => row.job_id);
  return there.length === moved.length && there.every((id, index) => id === moved[index]);
}
