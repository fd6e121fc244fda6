import * as z from "zod";
import { Copy, Job } from "./job.ts";

/** A record before and after an edit; null = it was not there. */
const change = <T extends z.ZodType>(record: T) =>
  z.object({ before: record.nullable(), after: record.nullable() });

/** One change of a list by a command, with what it takes to undo and to redo it; kept in the journal. */
export const QueueEdit = z.object({
  /** The journal's word for what was done. */
  what: z.string(),
  copies: z.array(change(Copy)),
  jobs: z.array(change(Job)),
  /** Set when it cannot be undone from this queue alone: why, and what to do instead. */
  barrier: z.string().nullable(),
});
export type QueueEdit = z.output<typeof QueueEdit>;
