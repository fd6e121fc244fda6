import type { CopyId, JobId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { pinnedCopy, setList } from "./queueEdits.ts";
import { copyOf, depart, pruneJobs } from "./queueList.ts";
import type { Turn } from "./turn.ts";

/** Changes the jobs of the named copies; refused with `not_found` when one of them waits no longer. */
export function editJobs(
  turn: Turn,
  ids: readonly CopyId[],
  kind: string,
  edit: (job: Job) => Job,
): void {
  const byId = new Map(turn.stored.copies.map((copy) => [copy.id, copy]));
  const jobs = new Map(turn.stored.jobs);
  const touched = new Set<JobId>();
  for (const id of ids) {
    const copy = byId.get(id);
    if (copy === undefined) throw new AppError("not_found", `No copy ${id} waits in this queue.`);
    touched.add(copy.jobId);
  }
  for (const id of touched) {
    const job = jobs.get(id);
    if (job !== undefined) jobs.set(id, edit(job));
  }
  turn.store({ jobs });
  turn.record(kind, { copies: ids });
}

/**
 * Sets how many copies of a job wait. New ones stand behind the job's last, surplus ones are taken from
 * its end; the copy being started stays in any case.
 */
export function setCopies(turn: Turn, id: JobId, count: number): void {
  const { copies, jobs } = turn.stored;
  const job = jobs.get(id);
  const own = copies.filter((copy) => copy.jobId === id);
  const last = own.at(-1);
  if (job === undefined || last === undefined) {
    throw new AppError("not_found", `No copies of job ${id} wait in this queue.`);
  }
  const pinned = pinnedCopy(turn);
  const kept = own.slice(0, Math.max(count, pinned?.jobId === id ? 1 : 0));
  const removed = own.slice(kept.length);
  const added: Copy[] = Array.from({ length: Math.max(0, count - own.length) }, () =>
    copyOf(turn, job),
  );
  const started = job.wanted - own.length;
  turn.store({
    jobs: new Map(jobs).set(id, {
      ...job,
      wanted: Math.max(1, started + kept.length + added.length),
    }),
  });
  depart(turn, removed, false);
  const gone = new Set(removed);
  setList(
    turn,
    copies.flatMap((copy) => (gone.has(copy) ? [] : copy === last ? [copy, ...added] : [copy])),
  );
  pruneJobs(turn);
  turn.record("copies_set", { job: id, added: added.map((copy) => copy.id), removed });
  if (turn.stored.copies.length === 0) turn.store({ armed: false });
  turn.announceList(removed.length > 0 ? "jobs_removed" : "jobs_added");
}
