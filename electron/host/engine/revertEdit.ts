import type { QueueEdit } from "#shared/domain/edit.ts";
import type { Copy } from "#shared/domain/job.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { depart, pruneJobs } from "./queueList.ts";
import { pinnedCopy, setList } from "./queueEdits.ts";
import type { Way } from "./queueEngine.ts";
import { refuseSent } from "./queueTransfer.ts";
import type { Turn } from "./turn.ts";
import { forgetUnperformed, isUnproved, rememberUnperformed } from "./unperformed.ts";

const WORDS = { undo: "undone", redo: "done again" } as const;

/**
 * Takes the last edit back, or does it again. Refused with `conflict` when a copy of it has started or left
 * since, when the next edit is not `only`, and for half of a move: that takes both queues.
 */
export function revert(turn: Turn, way: Way, only: QueueEdit | undefined): void {
  const { edits } = turn.world;
  const edit = (way === "undo" ? edits.done : edits.undone).at(-1);
  if (edit === undefined) {
    throw new AppError("conflict", `There is nothing to ${way} in this queue.`);
  }
  if (only !== undefined && edit !== only) {
    throw new AppError("conflict", "This queue has changed meanwhile: look again.");
  }
  if (edit.barrier !== null) throw new AppError("conflict", edit.barrier);
  if (edit.peer !== null) {
    throw new AppError("conflict", `Half of this move is in the queue of ${edit.peer.printer}.`);
  }
  turnAround(turn, edit, way);
}

/** This queue's half of a move between printers, wherever it stands among the edits here. */
export function revertMove(turn: Turn, way: Way, move: string): void {
  const { edits } = turn.world;
  const edit = (way === "undo" ? edits.done : edits.undone).findLast(
    ({ peer }) => peer?.move === move,
  );
  if (edit === undefined) {
    throw new AppError(
      "conflict",
      `This move cannot be ${WORDS[way]} any more: move them by hand.`,
    );
  }
  const leaving = edit.copies.flatMap(({ before, after }) => {
    const [from, to] = way === "undo" ? [after, before] : [before, after];
    return from !== null && to === null ? [from] : [];
  });
  refuseSent(turn, leaving);
  turnAround(turn, edit, way);
}

function turnAround(turn: Turn, edit: QueueEdit, way: Way): void {
  exchange(turn, way === "undo" ? reversed(edit) : edit, WORDS[way]);
  const { done, undone } = turn.world.edits;
  const without = (list: readonly QueueEdit[]) => list.filter((one) => one !== edit);
  turn.know({
    edits:
      way === "undo"
        ? { done: without(done), undone: [...undone, edit] }
        : { done: [...done, edit], undone: without(undone) },
  });
  const move = edit.peer === null ? {} : { move: edit.peer.move };
  turn.record(way === "undo" ? "edit_undone" : "edit_redone", { what: edit.what, ...move });
}

function reversed(edit: QueueEdit): QueueEdit {
  const turned = <T>({ before, after }: { before: T; after: T }) => ({
    before: after,
    after: before,
  });
  return {
    ...edit,
    copies: edit.copies.map(turned),
    jobs: edit.jobs.map(turned),
    decisions: edit.decisions.map(turned),
    options: edit.options === null ? null : turned(edit.options),
  };
}

/** Brings the records of an edit from their `before` to their `after`, if all of them still are as `before`. */
function exchange(turn: Turn, edit: QueueEdit, word: string): void {
  const present = new Map(turn.stored.copies.map((copy) => [copy.id, copy]));
  refuseChanged(turn, edit, word);
  restoreDecisions(turn, edit, word);
  restoreJobs(turn, edit);
  if (edit.options !== null) turn.options = edit.options.after;
  if (edit.copies.length === 0) return pruneJobs(turn);
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

function refuseChanged(turn: Turn, { copies, decisions }: QueueEdit, word: string): void {
  const present = new Set(turn.stored.copies.map(({ id }) => id));
  const pinned = pinnedCopy(turn);
  const reopened = new Set(
    decisions.flatMap(({ after }) => (after.decision === null ? [] : [after.copyId])),
  );
  for (const { before, after } of copies) {
    const copy = before ?? after;
    if (copy === null) continue;
    if (before !== null && (!present.has(before.id) || pinned?.id === before.id)) {
      throw new AppError(
        "conflict",
        `${copy.filename} has started or left the queue since, so this cannot be ${word}.`,
      );
    }
    // A copy that a decision brings back is known by the very attempt that was decided on.
    if (before === null && !reopened.has(copy.id) && isKnown(turn, copy)) {
      throw new AppError("conflict", `${copy.filename} is here again, so this cannot be ${word}.`);
    }
  }
}

function isKnown({ stored }: Turn, copy: Copy): boolean {
  const elsewhere =
    stored.attempt === null ? stored.undecided : [stored.attempt, ...stored.undecided];
  return (
    stored.copies.some(({ id }) => id === copy.id) ||
    elsewhere.some(({ copyId }) => copyId === copy.id)
  );
}

/** A decision taken back is a question again; one made again is history again. */
function restoreDecisions(turn: Turn, { decisions, copies }: QueueEdit, word: string): void {
  for (const { after } of decisions) {
    const { undecided } = turn.stored;
    const others = undecided.filter(({ id }) => id !== after.id);
    const isOpen = others.length < undecided.length;
    if (isOpen === (after.decision === null)) {
      throw new AppError(
        "conflict",
        `${after.filename} was decided on since, so this cannot be ${word}.`,
      );
    }
    if (after.decision === null) {
      forgetUnperformed(turn, after);
      const open = [...others, after].toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
      turn.store({ undecided: open });
    } else {
      turn.store({ undecided: others });
      turn.ended.push(after);
      if (copies.length > 0 && isUnproved(after)) rememberUnperformed(turn, after);
    }
  }
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
