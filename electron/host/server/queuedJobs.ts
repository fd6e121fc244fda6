import type { QueuedJob } from "#shared/contract/jobQueue.ts";
import type { Copy } from "#shared/domain/job.ts";

/** Waiting copies as Moonraker lists jobs. `now` in wall milliseconds. */
export function queuedJobs(copies: readonly Copy[], now: number): QueuedJob[] {
  return copies.map(({ filename, id, addedAt }) => ({
    filename,
    job_id: id,
    time_added: addedAt / 1000,
    time_in_queue: Math.max(0, now - addedAt) / 1000,
  }));
}
