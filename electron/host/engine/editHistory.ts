import type { QueueEdit } from "#shared/domain/edit.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { withoutSame } from "#shared/util/withoutSame.ts";
import type { StoredQueue } from "../store/queueStore.ts";
import { EDITS_KEPT } from "./edits.ts";
import { depart, pruneJobs } from "./queueList.ts";
import { pinnedCopy, setList } from "./queueEdits.ts";
import type { Turn } from "./turn.ts";

/** What a command has changed of the list since `before` becomes one edit. */
export function recordEdit(turn: Turn, before: StoredQueue, what: string): void {
  const copies = changes(before.copies, turn.stored.copies);
  const jobs =
    before.jobs === turn.stored.jobs
      ? []
      : changes([...before.jobs.values()], [...turn.stored.jobs.values()]);
  if (copies.length > 0 || jobs.length > 0) push(turn, { what, copies, jobs, barrier: null });
}

/** From here on nothing before can be undone: the other half of this change lies in another queue. */
export function recordBarrier(turn: Turn, what: string, barrier: string): void {
  push(turn, { what, copies: [], jobs: [], barrier });
}

/** Takes the last edit back. Refused with `conflict` when a copy of it has started or left since. */
export function undo(turn: Turn): void {
  const { done, undone } = turn.world.edits;
  const edit = done.at(-1);
  if (edit === undefined) throw new AppError("conflict", "There is nothing to undo in this queue.");
  if (edit.barrier !== null) throw new AppError("conflict", edit.barrier);
  exchange(turn, reversed(edit), "undone");
  turn.know({ edits: { done: done.slice(0, -1), undone: [...undone, edit] } });
  turn.record("edit_undone", { what: edit.what });
}

/** Does the edit again that was taken back last. */
export function redo(turn: Turn): void {
  const { done, undone } = turn.world.edits;
  const edit = undone.at(-1);
  if (edit === undefined) throw new AppError("conflict", "There is nothing to redo in this queue.");
  exchange(turn, edit, "done again");
  turn.know({ edits: { done: [...done, edit], undone: undone.slice(0, -1) } });
  turn.record("edit_redone", { what: edit.what });
}

function push(turn: Turn, edit: QueueEdit): void {
  const done = [...turn.world.edits.done, edit].slice(-EDITS_KEPT);
  turn.know({ edits: { done, undone: [] } });
  turn.record("queue_edit", edit);
}

function reversed(edit: QueueEdit): QueueEdit {
  const turned = <T>({ before, after }: { before: T; after: T }) => ({
    before: after,
    after: before,
  });
  return { ...edit, copies: edit.copies.map(turned), jobs: edit.jobs.map(turned) };
}

/** Brings the records of an edit from their `before` to their `after`, if all of them still are as `before`. */
function exchange(turn: Turn, edit: QueueEdit, word: string): void {
  const present = new Map(turn.stored.copies.map((copy) => [copy.id, copy]));
  const pinned = pinnedCopy(turn);
  for (const { before, after } of edit.copies) {
    const copy = before ?? after;
    if (copy === null) continue;
    if (before !== null && (!present.has(before.id) || pinned?.id === before.id)) {
      throw new AppError(
        "conflict",
        `${copy.filename} has started or left the queue since, so this cannot be ${word}.`,
      );
    }
    if (before === null && isKnown(turn, copy)) {
      throw new AppError("conflict", `${copy.filename} is here again, so this cannot be ${word}.`);
    }
  }
  restoreJobs(turn, edit);
  const removed: Copy[] = [];
  for (const { before, after } of edit.copies) {
    if (after !== null) present.set(after.id, after);
    else if (before !== null && present.delete(before.id)) removed.push(before);
  }
  depart(turn, removed, false);
  setList(
    turn,
    [...present.values()].toSorted((a, b) => a.order - b.order),
  );
  pruneJobs(turn);
  if (turn.stored.copies.length === 0) turn.store({ armed: false });
  turn.announceList(removed.length > 0 ? "jobs_removed" : "jobs_added");
}

function isKnown({ stored }: Turn, copy: Copy): boolean {
  const elsewhere =
    stored.attempt === null ? stored.undecided : [stored.attempt, ...stored.undecided];
  return (
    stored.copies.some(({ id }) => id === copy.id) ||
    elsewhere.some(({ copyId }) => copyId === copy.id)
  );
}

/** What has been printed of a job meanwhile stays counted. */
function restoreJobs(turn: Turn, edit: QueueEdit): void {
  const jobs = new Map(turn.stored.jobs);
  for (const { before, after } of edit.jobs) {
    if (after !== null) {
      jobs.set(after.id, { ...after, done: jobs.get(after.id)?.done ?? after.done });
    } else if (before !== null) jobs.delete(before.id);
  }
  turn.store({ jobs });
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
