import type { QueueView } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type { Row } from "./queueItems.ts";

/** A change the operator has asked for and the host has not answered yet. */
export type QueueEdit =
  | { readonly kind: "move"; readonly ids: readonly CopyId[]; readonly before: CopyId | null }
  | { readonly kind: "remove"; readonly ids: readonly CopyId[] }
  /** Copies on their way from another queue: shown at their place, locked until the host has them. */
  | { readonly kind: "insert"; readonly rows: readonly Row[]; readonly before: CopyId | null }
  | { readonly kind: "hold"; readonly ids: readonly CopyId[]; readonly hold: string | null }
  | { readonly kind: "note"; readonly ids: readonly CopyId[]; readonly note: string };

/**
 * A queue as it will be when the host agrees. Applying an edit to a queue that already contains it
 * changes nothing, so that it does not matter whether the answer or the notification comes first.
 */
export function withEdits(queue: QueueView, edits: readonly QueueEdit[]): QueueView {
  if (edits.length === 0) return queue;
  const rows = edits.reduce<readonly Row[]>(applyEdit, queue.rows);
  const total = rows.reduce((sum, row) => sum + (row.estimate ?? 0), 0);
  return { ...queue, rows: [...rows], total };
}

function applyEdit(rows: readonly Row[], edit: QueueEdit): readonly Row[] {
  switch (edit.kind) {
    case "move": {
      const moved = edit.ids.flatMap((id) => rows.filter((row) => row.job_id === id));
      return insertBefore(without(rows, edit.ids), moved, edit.before);
    }
    case "remove":
      return without(rows, edit.ids);
    case "insert": {
      const ids = new Set(rows.map((row) => row.job_id));
      const coming = edit.rows.filter((row) => !ids.has(row.job_id));
      return insertBefore(
        rows,
        coming.map((row) => ({ ...row, locked: true })),
        edit.before,
      );
    }
    case "hold":
      return withJobs(rows, edit.ids, { hold: edit.hold });
    case "note":
      return withJobs(rows, edit.ids, { note: edit.note });
    default:
      return assertNever(edit, "queue edit");
  }
}

/** Holds and notes belong to jobs: they change all copies of those that these copies are of. */
function withJobs(
  rows: readonly Row[],
  ids: readonly CopyId[],
  change: Partial<Row>,
): readonly Row[] {
  const jobs = new Set(rows.filter((row) => ids.includes(row.job_id)).map((row) => row.job));
  return rows.map((row) => (jobs.has(row.job) ? { ...row, ...change } : row));
}

function without(rows: readonly Row[], ids: readonly CopyId[]): readonly Row[] {
  const gone = new Set(ids);
  return rows.filter((row) => !gone.has(row.job_id));
}

function insertBefore(
  rows: readonly Row[],
  added: readonly Row[],
  before: CopyId | null,
): readonly Row[] {
  const found = rows.findIndex((row) => row.job_id === before);
  const at = found < 0 ? rows.length : found;
  return [...rows.slice(0, at), ...added, ...rows.slice(at)];
}
