import * as z from "zod";
import { AttemptId, ContentHash, CopyId, JobId, PrinterId } from "./ids.ts";

/** What the printer looked like just before a start was sent; evidence is measured against it. */
export const Baseline = z.object({
  /** Tells one run of Klippy from the next (process id and start of connection). */
  klippyProcess: z.string().nullable(),
  /** Newest job_id of the printer's own history; null = history empty or absent. */
  historyJobId: z.string().nullable(),
  /** When that print began, Unix seconds; null = no entry, or a record of before this was kept. */
  historyStartTime: z.number().nullable().default(null),
  filename: z.string(),
  state: z.string(),
  /** print_stats.total_duration in seconds. */
  totalDuration: z.number(),
  /** Wall time in milliseconds when the start was committed. */
  at: z.number(),
});
export type Baseline = z.output<typeof Baseline>;

/** The file as it lies on the printer, verified. */
export const StagedFile = z.object({
  /** Path below the printer's gcodes root. */
  path: z.string(),
  size: z.int().nonnegative(),
  /** Modification time as the printer reports it, seconds. */
  modified: z.number(),
});
export type StagedFile = z.output<typeof StagedFile>;

/**
 * What the slicer expected of one print. Kept with the attempt, because the library forgets a content that
 * nobody needs any more and the history is read for years. Null = the slicer did not say.
 */
export const Expected = z.object({
  /** Seconds. */
  duration: z.number().nullable(),
  /** Millimetres. */
  filamentLength: z.number().nullable(),
  /** Grams. */
  filamentWeight: z.number().nullable(),
});
export type Expected = z.output<typeof Expected>;

export const OpenAttemptState = z.enum([
  "planned",
  "staging",
  "staged",
  "starting",
  "printing",
  "paused",
  /** The file has been read to its end; the toolhead has not come to rest yet. */
  "finishing",
]);
export type OpenAttemptState = z.output<typeof OpenAttemptState>;

export const AttemptOutcome = z.enum(["finished", "cancelled", "failed", "interrupted", "unknown"]);
export type AttemptOutcome = z.output<typeof AttemptOutcome>;

export const AttemptState = z.enum([...OpenAttemptState.options, ...AttemptOutcome.options]);
export type AttemptState = z.output<typeof AttemptState>;

/** What an operator said about an ended attempt. */
export const Decision = z.enum(["retry", "requeue", "dismiss"]);
export type Decision = z.output<typeof Decision>;

/** One try at printing one copy, as stored. Times are wall milliseconds. */
export const Attempt = z.object({
  id: AttemptId,
  copyId: CopyId,
  jobId: JobId,
  printerId: PrinterId,
  /** Library name at the time of the attempt, shown whatever happens to the name later. */
  filename: z.string(),
  contentHash: ContentHash,
  state: AttemptState,
  /** When the copy was first queued; a copy that returns to the head keeps it. */
  copyAddedAt: z.number(),
  createdAt: z.number(),
  staged: StagedFile.nullable(),
  baseline: Baseline.nullable(),
  /** When the start request left; null = not sent. */
  startSentAt: z.number().nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** The printer's own history entry of this print, once seen. */
  historyJobId: z.string().nullable(),
  /** What was seen, in words, newest last: the evidence a person judges by. */
  evidence: z.array(z.object({ at: z.number(), text: z.string() })),
  /** The printer's message or our own, when it did not finish. */
  message: z.string().nullable(),
  decision: Decision.nullable(),
  /** Good parts a person counted on the plate when deciding; absent = not counted. */
  goodParts: z.int().nonnegative().optional(),
  /** Absent in records of before it was kept, and where nothing was known when the file was staged. */
  expected: Expected.optional(),
});
export type Attempt = z.output<typeof Attempt>;

export function isOpen(state: AttemptState): state is OpenAttemptState {
  return OpenAttemptState.safeParse(state).success;
}
