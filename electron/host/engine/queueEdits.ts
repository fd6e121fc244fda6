import type { Attempt } from "#shared/domain/attempt.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { moveBefore, UNPLACED, withOrderKeys } from "./orderKeys.ts";
import type { QueueItem } from "./queueEngine.ts";
import { createCopies, depart, pruneJobs } from "./queueList.ts";
import type { Turn } from "./turn.ts";

/** The copy whose start is on its way: it stays the head until its start is proved or disproved. */
export function pinnedCopy(turn: Turn): Copy | undefined {
  const { attempt, copies } = turn.stored;
  if (attempt?.state !== "starting") return undefined;
  return copies.find((copy) => copy.id === attempt.copyId);
}

/** Puts a new list in place, the pinned copy first, and gives it its order keys. */
export function setList(turn: Turn, list: readonly Copy[]): void {
  const pinned = pinnedCopy(turn);
  const whole =
    pinned === undefined ? list : [pinned, ...list.filter((copy) => copy.id !== pinned.id)];
  turn.store({ copies: withOrderKeys(whole) });
}

export function postCopies(
  turn: Turn,
  post: {
    readonly items: readonly QueueItem[];
    readonly at: "end" | "head";
    readonly hold: string | null;
    readonly note: string;
  },
): readonly Copy[] {
  const added = createCopies(turn, post.items, post);
  const { copies } = turn.stored;
  setList(turn, post.at === "end" ? [...copies, ...added] : [...added, ...copies]);
  turn.record("copies_added", { copies: added.map((copy) => copy.id), at: post.at });
  turn.announceList("jobs_added");
  return added;
}

/**
 * Takes copies off the list. Named copies that are not there are ignored unless `strict`; an empty queue
 * or an empty list of names is no change. The copy being started cannot be taken back any more.
 */
export function removeCopies(turn: Turn, which: readonly CopyId[] | "all", strict: boolean): void {
  const { copies } = turn.stored;
  const pinned = pinnedCopy(turn);
  const ids = new Set(which === "all" ? copies.map((copy) => copy.id) : which);
  if (which !== "all") {
    refuseUnknown(copies, which, strict);
    if (pinned !== undefined && ids.has(pinned.id)) throw beingStarted(pinned);
  }
  if (copies.length === 0 || ids.size === 0) return;
  const leaves = (copy: Copy): boolean => ids.has(copy.id) && copy !== pinned;
  const removed = copies.filter(leaves);
  depart(turn, removed, false);
  setList(
    turn,
    copies.filter((copy) => !leaves(copy)),
  );
  pruneJobs(turn);
  // What is removed is told whole, so that an undo can bring the same copies back.
  if (removed.length > 0) turn.record("copies_removed", { copies: removed });
  if (turn.stored.copies.length === 0) turn.store({ armed: false });
  turn.announceList("jobs_removed");
}

export function moveCopies(turn: Turn, ids: readonly CopyId[], before: CopyId | null): void {
  const { copies } = turn.stored;
  const pinned = pinnedCopy(turn);
  refuseUnknown(copies, before === null ? ids : [...ids, before], true);
  if (pinned !== undefined && ids.includes(pinned.id)) throw beingStarted(pinned);
  setList(turn, moveBefore(copies, [...new Set(ids)], before));
  turn.record("copies_moved", { copies: ids, before });
  turn.announceList("jobs_added");
}

/** Moonraker's jump to the head. Moonraker itself tells nobody of it; we do. */
export function jumpCopy(turn: Turn, id: string): void {
  const copy = turn.stored.copies.find((entry) => entry.id === id);
  if (copy === undefined) throw new AppError("bad_request", `Invalid job id: ${id}`);
  setList(turn, [copy, ...turn.stored.copies.filter((entry) => entry !== copy)]);
  turn.record("copies_moved", { copies: [copy.id], before: "head" });
  turn.announceList("jobs_added");
}

/** Holds or releases the jobs of the named copies; a copy being started is past holding. */
export function holdJobs(turn: Turn, ids: readonly CopyId[], hold: string | null): void {
  const { copies } = turn.stored;
  refuseUnknown(copies, ids, true);
  const named = new Set(ids);
  const jobs = new Map(turn.stored.jobs);
  for (const copy of copies.filter((entry) => named.has(entry.id))) {
    const job = jobs.get(copy.jobId);
    if (job !== undefined) jobs.set(job.id, { ...job, hold });
  }
  turn.store({ jobs });
  turn.record(hold === null ? "jobs_released" : "jobs_held", { copies: ids, hold });
}

/** Brings a decided attempt's copy back: the same copy, with its id and the time it was first queued. */
export function putBack(turn: Turn, attempt: Attempt, where: "retry" | "requeue"): void {
  const copy: Copy = {
    id: attempt.copyId,
    jobId: attempt.jobId,
    printerId: attempt.printerId,
    filename: attempt.filename,
    contentHash: attempt.contentHash,
    order: UNPLACED,
    addedAt: attempt.copyAddedAt,
  };
  const { copies } = turn.stored;
  setList(turn, where === "retry" ? [copy, ...copies] : [...copies, copy]);
  turn.announceList("jobs_added");
}

function refuseUnknown(copies: readonly Copy[], ids: readonly CopyId[], strict: boolean): void {
  const known = new Set(copies.map((copy) => copy.id));
  const unknown = ids.find((id) => !known.has(id));
  if (strict && unknown !== undefined) {
    throw new AppError("not_found", `No copy ${unknown} waits in this queue.`);
  }
}

function beingStarted(copy: Copy): AppError {
  return new AppError(
    "conflict",
    `${copy.filename} is being started and cannot be changed any more: cancel the print instead.`,
  );
}
