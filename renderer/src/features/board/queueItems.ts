import type { QueueRow } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import type * as z from "zod";

export type Row = z.output<typeof QueueRow>;

/** One line of a queue: a copy, or the adjacent copies of one job shown together ("×3"). */
export interface QueueItem {
  /** Id of the first copy: it names the line as long as that copy waits. */
  readonly key: CopyId;
  /** At least one, in queue order. */
  readonly rows: readonly [Row, ...Row[]];
  /** Place of the first copy in the queue, from 0. */
  readonly place: number;
}

/**
 * The lines of a queue. Copies of one job are one line where they stand together; one that is on its
 * way to the printer stands alone, since it alone is locked. `apart`: jobs whose copies are shown one by one.
 */
export function queueItems(
  rows: readonly Row[],
  apart: ReadonlySet<string> = new Set(),
): readonly QueueItem[] {
  const items: { key: CopyId; rows: [Row, ...Row[]]; place: number }[] = [];
  for (const [place, row] of rows.entries()) {
    const last = items.at(-1);
    const together = last !== undefined && !apart.has(row.job) && isSameLine(last.rows[0], row);
    if (together) last.rows.push(row);
    else items.push({ key: row.job_id, rows: [row], place });
  }
  return items;
}

function isSameLine(a: Row, b: Row): boolean {
  return a.job === b.job && !a.locked && !b.locked && a.content === b.content;
}

/** Ids of all copies of some lines, in order. */
export function copiesOf(items: readonly QueueItem[]): readonly CopyId[] {
  return items.flatMap((item) => item.rows.map((row) => row.job_id));
}

/** Seconds of all copies of a line; null when the estimate is unknown. */
export function itemDuration(item: QueueItem): number | null {
  return item.rows.reduce<number | null>(
    (sum, row) => (sum === null || row.estimate === null ? null : sum + row.estimate),
    0,
  );
}
