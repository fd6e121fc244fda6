import * as z from "zod";

/** What of the printer's own job queue concerns us: its jobs, and what makes it start something by itself. */
export interface ForeignQueue {
  readonly jobs: readonly {
    readonly id: string;
    readonly filename: string;
    /** Unix seconds. Moonraker gives an id again once its job is gone; with the time it is unique. */
    readonly addedAt: number;
  }[];
  /** Options of the printer's Moonraker under which its queue starts prints unasked. */
  readonly startsBy: readonly string[];
}

const Status = z.looseObject({
  queued_jobs: z.array(
    z.looseObject({ job_id: z.string(), filename: z.string(), time_added: z.number().catch(0) }),
  ),
});

const flag = z.boolean().catch(false);
const Config = z.looseObject({
  config: z.looseObject({
    job_queue: z
      .looseObject({ load_on_startup: flag, automatic_transition: flag })
      .catch({ load_on_startup: false, automatic_transition: false }),
    file_manager: z
      .looseObject({ queue_gcode_uploads: flag })
      .catch({ queue_gcode_uploads: false }),
  }),
});

/** Reads the answers of `server.job_queue.status` and `server.config`. Throws when the first is none. */
export function readForeignQueue(status: unknown, config: unknown): ForeignQueue {
  const jobs = Status.parse(status).queued_jobs.map(({ job_id, filename, time_added }) => ({
    id: job_id,
    filename,
    addedAt: time_added,
  }));
  const parsed = Config.safeParse(config);
  const startsBy: string[] = [];
  if (parsed.success) {
    const { job_queue, file_manager } = parsed.data.config;
    if (job_queue.load_on_startup) startsBy.push("load_on_startup");
    if (job_queue.automatic_transition && jobs.length > 0) startsBy.push("automatic_transition");
    if (file_manager.queue_gcode_uploads) startsBy.push("queue_gcode_uploads");
  }
  return { jobs, startsBy };
}

/** What a person said about a printer's own queue, as stored. */
export const QueueAnswer = z.object({
  choice: z.enum(["import", "leave"]),
  startsBy: z.array(z.string()),
  /** Wall milliseconds. */
  at: z.number(),
  by: z.string(),
});
export type QueueAnswer = z.output<typeof QueueAnswer>;

/** Whether a person must be asked, given what was said before. */
export function needsAnswer(seen: ForeignQueue, answer: QueueAnswer | null): boolean {
  // Jobs that were left alone once are; after an import the queue was empty, so these are new.
  if (seen.jobs.length > 0 && answer?.choice !== "leave") return true;
  return seen.startsBy.some((option) => answer?.startsBy.includes(option) !== true);
}

/** The question in one sentence. */
export function foreignQueueText({ jobs, startsBy }: ForeignQueue): string {
  const [first] = jobs;
  const holds =
    first === undefined
      ? "The printer's own job queue is empty"
      : `The printer's own job queue holds ${jobs.length === 1 ? first.filename : `${jobs.length} jobs`}`;
  const starts = startsBy.length === 0 ? "" : ` and may start prints (${startsBy.join(", ")})`;
  return `${holds}${starts}. Import its jobs and pause it, or leave it alone?`;
}
