import type { Copy, Job } from "#shared/domain/job.ts";
import type { JobId } from "#shared/domain/ids.ts";
import { UNPLACED } from "./orderKeys.ts";
import type { QueueItem } from "./queueEngine.ts";
import type { Turn } from "./turn.ts";

/** Copies remembered after they left, so that lists posted from memory can be merged. */
const DEPARTED_KEPT = 1_000;

/** Enters a job for each item and makes its copies, not yet placed in the list. */
export function createCopies(
  turn: Turn,
  items: readonly QueueItem[],
  job: { readonly hold: string | null; readonly note: string },
): readonly Copy[] {
  const jobs = new Map(turn.stored.jobs);
  const copies: Copy[] = [];
  for (const item of items) {
    const entry: Job = {
      id: turn.ids.job(),
      printerId: turn.stored.printer,
      filename: item.filename,
      contentHash: item.content,
      wanted: item.copies,
      done: 0,
      hold: job.hold,
      note: job.note,
      ...(item.misfit !== undefined && { misfit: item.misfit }),
      createdAt: turn.now.wall,
      by: turn.actor.name,
    };
    jobs.set(entry.id, entry);
    for (let n = 0; n < item.copies; n++) copies.push(copyOf(turn, entry));
  }
  turn.store({ jobs });
  return copies;
}

/** Another copy of a job, not yet placed in the list. */
export function copyOf(turn: Turn, job: Job): Copy {
  return {
    id: turn.ids.copy(),
    jobId: job.id,
    printerId: job.printerId,
    filename: job.filename,
    contentHash: job.contentHash,
    order: UNPLACED,
    addedAt: turn.now.wall,
  };
}

/** Remembers copies that leave the list. */
export function depart(turn: Turn, copies: readonly Copy[], loaded: boolean): void {
  if (copies.length === 0) return;
  const left = copies.map(({ id, filename }) => ({ id, filename, at: turn.now.mono, loaded }));
  turn.know({ departed: [...turn.world.departed, ...left].slice(-DEPARTED_KEPT) });
}

/** Forgets jobs that no copy, open attempt or open decision belongs to. */
export function pruneJobs(turn: Turn): void {
  const { copies, attempt, undecided, jobs } = turn.stored;
  const needed = new Set<JobId>(copies.map((copy) => copy.jobId));
  if (attempt !== null) needed.add(attempt.jobId);
  for (const ended of undecided) needed.add(ended.jobId);
  const unneeded = [...jobs.keys()].filter((id) => !needed.has(id));
  if (unneeded.length === 0) return;
  const kept = new Map(jobs);
  for (const id of unneeded) kept.delete(id);
  turn.store({ jobs: kept });
}
