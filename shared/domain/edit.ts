import * as z from "zod";
import { Attempt } from "./attempt.ts";
import { PrinterId } from "./ids.ts";
import { Copy, Job } from "./job.ts";
import { PrinterOptions } from "./printer.ts";

/** A record before and after an edit; null = it was not there. */
const change = <T extends z.ZodType>(record: T) =>
  z.object({ before: record.nullable(), after: record.nullable() });

/** One change of a list by a command, with what it takes to undo and to redo it; kept in the journal. */
export const QueueEdit = z.object({
  /** The journal's word for what was done. */
  what: z.string(),
  copies: z.array(change(Copy)),
  jobs: z.array(change(Job)),
  /** Set when it cannot be undone: why, and what to do instead. Moves were so before they had a `peer`. */
  barrier: z.string().nullable(),
  // What follows came later: an entry without it stands for the value given.
  /** The other half of a move between printers, and the move's name in both: they are turned together. */
  peer: z.object({ printer: PrinterId, move: z.string() }).nullable().default(null),
  /** Ended attempts as they waited for a decision, and with it. */
  decisions: z.array(z.object({ before: Attempt, after: Attempt })).default([]),
  /** The printer's options, where they were changed. */
  options: z.object({ before: PrinterOptions, after: PrinterOptions }).nullable().default(null),
});
export type QueueEdit = z.output<typeof QueueEdit>;
