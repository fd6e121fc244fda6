import * as z from "zod";
import { ContentHash, CopyId, JobId, PrinterId } from "./ids.ts";

/** Copies of one file at one content, asked for together. Times are wall milliseconds. */
export const Job = z.object({
  id: JobId,
  printerId: PrinterId,
  filename: z.string(),
  contentHash: ContentHash,
  wanted: z.int().positive(),
  done: z.int().nonnegative(),
  /** A held job is passed over; null = not held. The text says why. */
  hold: z.string().nullable(),
  note: z.string(),
  /** Why this printer looks like the wrong one for the file; absent = nothing known speaks against it. */
  misfit: z.string().optional(),
  /** A person wants it printed here anyway. */
  anyway: z.literal(true).optional(),
  createdAt: z.number(),
  /** Who asked for it. */
  by: z.string(),
});
export type Job = z.output<typeof Job>;

/** One print waiting in a queue. */
export const Copy = z.object({
  id: CopyId,
  jobId: JobId,
  printerId: PrinterId,
  /** Library name as queued. */
  filename: z.string(),
  contentHash: ContentHash,
  /** Order key: copies of a queue are sorted by it; gaps are left, so that a move writes few rows. */
  order: z.number(),
  /** Wall milliseconds; on Moonraker's wire `time_added` in seconds. */
  addedAt: z.number(),
});
export type Copy = z.output<typeof Copy>;
