import type { CopyId } from "#shared/domain/ids.ts";

interface Row {
  readonly job_id: CopyId;
  readonly locked: boolean;
}

/**
 * Before which row a dropped one goes: null = to the end, undefined = it stays where it is. Nothing
 * goes in front of a row that is on its way to the printer.
 */
export function dropPlace(
  rows: readonly Row[],
  moved: CopyId,
  target: CopyId,
  beforeTarget: boolean,
): CopyId | null | undefined {
  const others = rows.filter((row) => row.job_id !== moved);
  const at = others.findIndex((row) => row.job_id === target);
  if (at < 0) return undefined;
  const lastLocked = others.findLastIndex((row) => row.locked);
  const index = Math.max(beforeTarget ? at : at + 1, lastLocked + 1);
  if (index === rows.findIndex((row) => row.job_id === moved)) return undefined;
  return others[index]?.job_id ?? null;
}
