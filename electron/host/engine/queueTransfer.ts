import type { ContentHash, CopyId, JobId, PrinterId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { moveBefore, UNPLACED } from "./orderKeys.ts";
import { pinnedCopy, setList } from "./queueEdits.ts";
import { depart, pruneJobs } from "./queueList.ts";
import type { QueueCommand, TransferredCopy } from "./queueEngine.ts";
import type { StoredQueue } from "../store/queueStore.ts";
import type { Turn } from "./turn.ts";

/** Both halves of a move, as each queue is asked for its own. */
export function transferHalves(
  stored: StoredQueue,
  move: {
    readonly copies: readonly CopyId[];
    readonly to: PrinterId;
    readonly before: CopyId | null;
    readonly misfit: (content: ContentHash) => string | null;
  },
): { readonly give: QueueCommand; readonly receive: QueueCommand } {
  const { copies, to, before, misfit } = move;
  const { printer: from, revision, jobs } = stored;
  const received = copiesOf(stored.copies, copies).map((copy): TransferredCopy => {
    const job = jobs.get(copy.jobId);
    if (job === undefined) throw new AppError("internal", `Copy ${copy.id} has no job.`);
    return { copy, job, misfit: misfit(copy.contentHash) };
  });
  // Revisions only grow, so the name is this move's for good.
  const name = `${from}:${revision}`;
  return {
    give: { kind: "give", copies, to, move: name },
    receive: { kind: "receive", copies: received, before, from, move: name },
  };
}

/** The copies' side of the old queue. Refused for a copy that its printer may still begin to print. */
export function giveCopies(turn: Turn, ids: readonly CopyId[], to: PrinterId): void {
  const { copies, jobs } = turn.stored;
  const given = copiesOf(copies, ids);
  refuseSent(turn, given);
  const gone = new Set(given);
  const left = new Map(jobs);
  for (const copy of given) {
    const job = left.get(copy.jobId);
    if (job !== undefined) left.set(job.id, { ...job, wanted: Math.max(1, job.wanted - 1) });
  }
  turn.store({ jobs: left });
  depart(turn, given, false);
  setList(
    turn,
    copies.filter((copy) => !gone.has(copy)),
  );
  pruneJobs(turn);
  turn.record("copies_given", { copies: given, to });
  if (turn.stored.copies.length === 0) turn.store({ armed: false });
  turn.announceList("jobs_removed");
}

/** A copy whose start the printer has, or may have, stays: it could begin there and be printed here too. */
export function refuseSent(turn: Turn, copies: readonly Copy[]): void {
  const pinned = pinnedCopy(turn);
  for (const { id, filename } of copies) {
    const mayBegin = turn.stored.memory.unperformed.some((start) => start.copyId === id);
    if (id !== pinned?.id && !mayBegin) continue;
    throw new AppError(
      "conflict",
      `${filename} was sent to this printer and may still begin there: it cannot be moved to another one now.`,
    );
  }
}

/** The copies' side of the new queue: same ids, jobs of their own, before `before` or at the end. */
export function receiveCopies(
  turn: Turn,
  received: readonly TransferredCopy[],
  before: CopyId | null,
  from: PrinterId,
): void {
  const { printer, copies } = turn.stored;
  if (before !== null && !copies.some((copy) => copy.id === before)) {
    throw new AppError("not_found", `No copy ${before} waits in this queue.`);
  }
  const jobs = new Map(turn.stored.jobs);
  const renamed = new Map<JobId, Job>();
  const added = received.map(({ copy, job, misfit }): Copy => {
    const known = renamed.get(job.id);
    const next: Job = known ?? {
      ...withoutVerdict(job),
      id: turn.ids.job(),
      printerId: printer,
      wanted: 0,
      done: 0,
      ...(misfit !== null && { misfit }),
    };
    const counted = { ...next, wanted: next.wanted + 1 };
    renamed.set(job.id, counted);
    jobs.set(counted.id, counted);
    return { ...copy, jobId: counted.id, printerId: printer, order: UNPLACED };
  });
  turn.store({ jobs });
  const list = [...copies, ...added];
  const ids = added.map((copy) => copy.id);
  setList(turn, before === null ? list : moveBefore(list, ids, before));
  turn.record("copies_received", { copies: ids, from });
  turn.announceList("jobs_added");
}

/** The copies of these ids in the order of the ids; refused when one does not wait here. */
export function copiesOf(copies: readonly Copy[], ids: readonly CopyId[]): readonly Copy[] {
  const byId = new Map(copies.map((copy) => [copy.id, copy]));
  return [...new Set(ids)].map((id) => {
    const copy = byId.get(id);
    if (copy === undefined) throw new AppError("not_found", `No copy ${id} waits in this queue.`);
    return copy;
  });
}

/** What was said of the old printer does not hold for the new one. */
function withoutVerdict({ misfit: _misfit, anyway: _anyway, ...job }: Job): Job {
  return job;
}
