import type { ContentHash, JobId } from "#shared/domain/ids.ts";
import type { Job } from "#shared/domain/job.ts";
import type { Turn } from "./turn.ts";

/**
 * Gives copies that wait under a name other bytes, when somebody replaced the file and wants them to print
 * what it is now. A copy that is being brought to the printer or started keeps the bytes it has; jobs stay
 * at one content, so one that is only partly changed is split.
 */
export function adoptContent(
  turn: Turn,
  change: {
    readonly filename: string;
    readonly from: ContentHash;
    readonly to: ContentHash;
  },
): void {
  const { copies, attempt, undecided } = turn.stored;
  const adopting = copies.filter(
    (copy) =>
      copy.filename === change.filename &&
      copy.contentHash === change.from &&
      copy.id !== attempt?.copyId,
  );
  if (adopting.length === 0) return;
  const jobs = new Map(turn.stored.jobs);
  const successors = new Map<JobId, JobId>();
  for (const id of new Set(adopting.map((copy) => copy.jobId))) {
    const job = jobs.get(id);
    if (job === undefined) continue;
    const moving = adopting.filter((copy) => copy.jobId === id).length;
    const others =
      copies.some((copy) => copy.jobId === id && !adopting.includes(copy)) ||
      attempt?.jobId === id ||
      undecided.some((ended) => ended.jobId === id) ||
      job.done > 0;
    const next: Job = others
      ? { ...job, id: turn.ids.job(), contentHash: change.to, wanted: moving, done: 0 }
      : { ...job, contentHash: change.to };
    if (others) jobs.set(id, { ...job, wanted: Math.max(1, job.wanted - moving) });
    jobs.set(next.id, next);
    successors.set(id, next.id);
  }
  turn.store({
    jobs,
    copies: copies.map((copy) =>
      adopting.includes(copy)
        ? { ...copy, contentHash: change.to, jobId: successors.get(copy.jobId) ?? copy.jobId }
        : copy,
    ),
  });
  turn.record("content_adopted", { copies: adopting.map((copy) => copy.id), ...change });
}
