import * as z from "zod";
import { QueueState } from "../domain/queue.ts";
import { method } from "./method.ts";
import { bool, jobId, stringList } from "./moonrakerArgs.ts";

/** A waiting job exactly as Moonraker lists it, in this order of members. */
export const QueuedJob = z.object({
  filename: z.string(),
  job_id: z.string(),
  /** Unix seconds. */
  time_added: z.number(),
  /** Seconds, computed at each answer. */
  time_in_queue: z.number(),
});
export type QueuedJob = z.output<typeof QueuedJob>;

export const JobQueueStatus = z.object({
  queued_jobs: z.array(QueuedJob),
  queue_state: QueueState,
});
export type JobQueueStatus = z.output<typeof JobQueueStatus>;

export const JobQueueAction = z.enum(["state_changed", "jobs_added", "jobs_removed", "job_loaded"]);
export type JobQueueAction = z.output<typeof JobQueueAction>;

export const JobQueueChanged = z.object({
  action: JobQueueAction,
  /** null when the list did not change. */
  updated_queue: z.array(QueuedJob).nullable(),
  queue_state: QueueState,
  /** Only on the farm endpoint, and only for printers other than the default one. */
  printer: z.string().optional(),
});
export type JobQueueChanged = z.output<typeof JobQueueChanged>;

const queue = { target: "printer", result: JobQueueStatus } as const;

/** Moonraker's job queue (external_api/job_queue). */
export const jobQueueMethods = {
  "server.job_queue.status": method({
    ...queue,
    summary: "Get the job queue's status",
    params: z.object({}),
    scope: "read",
    mutates: false,
    http: { verb: "GET", path: "/server/job_queue/status" },
  }),
  "server.job_queue.post_job": method({
    ...queue,
    summary:
      "Add jobs to the end of the queue; with reset the list replaces the queue (merged, see compatibility)",
    params: z.object({ filenames: stringList("filenames"), reset: bool("reset", false) }),
    scope: "operate",
    mutates: true,
    http: { verb: "POST", path: "/server/job_queue/job" },
  }),
  "server.job_queue.delete_job": method({
    ...queue,
    summary: "Remove jobs from the queue by id, or all of them",
    params: z
      .object({
        all: bool("all", false),
        job_ids: z
          .unknown()
          .optional()
          .meta({
            description: "A list of ids, or one string with commas; not needed with all.",
            anyOf: [{ type: "array", items: { type: "string" } }, { type: "string" }],
          }),
      })
      .transform((value, ctx) => {
        if (value.all) return { all: true as const, job_ids: [] as string[] };
        const ids = stringList("job_ids").safeParse(value.job_ids);
        if (ids.success) return { all: false as const, job_ids: ids.data };
        const text = ids.error.issues[0]?.message ?? "Invalid job_ids";
        ctx.addIssue({ code: "custom", message: text, params: { moonraker: true } });
        return z.NEVER;
      }),
    scope: "operate",
    mutates: true,
    http: { verb: "DELETE", path: "/server/job_queue/job" },
  }),
  "server.job_queue.pause": method({
    ...queue,
    summary: "Pause the queue: no further job is loaded",
    params: z.object({}),
    scope: "operate",
    mutates: true,
    safety: true,
    http: { verb: "POST", path: "/server/job_queue/pause" },
  }),
  "server.job_queue.start": method({
    ...queue,
    summary: "Start the queue: the next job is loaded as soon as everything allows it",
    params: z.object({}),
    scope: "operate",
    mutates: true,
    http: { verb: "POST", path: "/server/job_queue/start" },
  }),
  "server.job_queue.jump": method({
    ...queue,
    summary: "Move a job to the front of the queue",
    params: z.object({ job_id: jobId("job_id") }),
    scope: "operate",
    mutates: true,
    http: { verb: "POST", path: "/server/job_queue/jump" },
  }),
};
