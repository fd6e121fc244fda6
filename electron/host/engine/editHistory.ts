import type { QueueEdit } from "#shared/domain/edit.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { withoutSame } from "#shared/util/withoutSame.ts";
import type { StoredQueue } from "../store/queueStore.ts";
import { EDITS_KEPT } from "./edits.ts";
import type { Turn } from "./turn.ts";

/** What a command has changed since `before` becomes one edit, with both sides of each record. */
export function recordEdit(
  turn: Turn,
  before: { readonly stored: StoredQueue; readonly options: PrinterOptions },
  what: string,
  peer: QueueEdit["peer"],
): void {
  const { stored } = before;
  const edit: QueueEdit = {
    what,
    copies: changes(stored.copies, turn.stored.copies),
    jobs:
      stored.jobs === turn.stored.jobs
        ? []
        : changes([...stored.jobs.values()], [...turn.stored.jobs.values()]),
    barrier: null,
    peer,
    decisions: decisionsOf(turn, stored),
    options: optionsOf(turn.options, before.options),
  };
  const { copies, jobs, decisions, options } = edit;
  if (copies.length + jobs.length + decisions.length === 0 && options === null) return;
  const done = [...turn.world.edits.done, edit].slice(-EDITS_KEPT);
  turn.know({ edits: { done, undone: [] } });
  turn.record("queue_edit", edit);
}

function decisionsOf(turn: Turn, { undecided }: StoredQueue): QueueEdit["decisions"] {
  return undecided.flatMap((before) => {
    const after = turn.ended.find(({ id }) => id === before.id);
    return after === undefined ? [] : [{ before, after }];
  });
}

function optionsOf(after: PrinterOptions, before: PrinterOptions): QueueEdit["options"] {
  if (after === before) return null;
  return JSON.stringify(after) === JSON.stringify(before) ? null : { before, after };
}

function changes<T extends Copy | Job>(
  before: readonly T[],
  after: readonly T[],
): { before: T | null; after: T | null }[] {
  const touched = withoutSame(before, after);
  const old = new Map(touched.before.map((record) => [record.id, record]));
  const found: { before: T | null; after: T | null }[] = [];
  for (const record of touched.after) {
    const was = old.get(record.id) ?? null;
    old.delete(record.id);
    if (was !== record) found.push({ before: was, after: record });
  }
  for (const record of old.values()) found.push({ before: record, after: null });
  return found;
}
