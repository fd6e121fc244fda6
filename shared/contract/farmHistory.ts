import * as z from "zod";
import { AttemptOutcome, Decision } from "../domain/attempt.ts";
import { AttemptId, ContentHash, CopyId, PrinterId } from "../domain/ids.ts";
import { method } from "./method.ts";

/** Times are Unix seconds, durations seconds. */
const seconds = z.number();

const filter = {
  printer: PrinterId.optional().describe("printer id; also one that was removed"),
  outcome: AttemptOutcome.optional(),
  filename: z.string().max(300).optional().describe("part of the file name"),
  since: seconds.optional().describe("ended at or after, Unix seconds"),
  before: seconds.optional().describe("ended before, Unix seconds"),
};

/** One try at printing one copy, ended. */
export const HistoryItem = z.object({
  attempt: AttemptId,
  job_id: CopyId,
  printer: PrinterId,
  /** Null when the printer has been removed. */
  printer_name: z.string().nullable(),
  filename: z.string(),
  content: ContentHash,
  has_thumbnail: z.boolean(),
  outcome: AttemptOutcome,
  /** Null: it ended before it printed. */
  started: seconds.nullable(),
  ended: seconds,
  duration: seconds.nullable(),
  /** What the slicer expected, seconds; null where it did not say. */
  estimate: seconds.nullable(),
  /** Millimetres and grams of a whole print. */
  filament_length: z.number().nullable(),
  filament_weight: z.number().nullable(),
  message: z.string().nullable(),
  decision: Decision.nullable(),
  /** Good parts a person counted with the decision; null = not counted. */
  good_parts: z.int().nullable(),
  evidence: z.array(z.string()),
});
export type HistoryItem = z.output<typeof HistoryItem>;

const counted = { attempts: z.int(), finished: z.int(), print_time: seconds };

export const HistoryTotals = z.object({
  attempts: z.int(),
  by_outcome: z.record(AttemptOutcome, z.int()),
  print_time: seconds,
  longest: seconds,
  /** Of finished prints, as far as their slicers said: millimetres and grams. */
  filament_length: z.number(),
  filament_weight: z.number(),
  /** When the first and the last of them ended; null without any. */
  first: seconds.nullable(),
  last: seconds.nullable(),
  /** Busiest first. */
  printers: z.array(
    z.object({ printer: PrinterId, printer_name: z.string().nullable(), ...counted }),
  ),
  /** The most printed, at most 20. */
  files: z.array(z.object({ filename: z.string(), ...counted })),
  /** Days with prints, oldest first; `day` is the start of the caller's day. */
  days: z.array(z.object({ day: seconds, ...counted })),
});
export type HistoryTotals = z.output<typeof HistoryTotals>;

const read = { target: "host", scope: "read", mutates: false } as const;
const page = {
  limit: z.int().min(1).max(1000).default(100),
  cursor: z.string().max(60).optional().describe("from the page before"),
};

/** What was printed, on every printer, for ever. */
export const farmHistoryMethods = {
  "farm.history.list": method({
    ...read,
    summary: "List ended attempts, newest first, page by page",
    params: z.strictObject({ ...filter, ...page }),
    result: z.object({ attempts: z.array(HistoryItem), cursor: z.string().nullable() }),
    http: { verb: "GET", path: "/farm/history/list" },
  }),
  "farm.history.totals": method({
    ...read,
    summary: "Count and sum ended attempts: in all, per printer, per file and per day",
    params: z.strictObject({
      ...filter,
      utc_offset: z
        .number()
        .min(-840)
        .max(840)
        .default(0)
        .describe("minutes by which the caller's clock is ahead of UTC: where days begin"),
    }),
    result: HistoryTotals,
    http: { verb: "GET", path: "/farm/history/totals" },
  }),
  "farm.history.export": method({
    ...read,
    summary:
      "Get ended attempts as CSV (RFC 4180), page by page; the first page has the header line",
    params: z.strictObject({ ...filter, ...page }),
    result: z.object({ csv: z.string(), cursor: z.string().nullable() }),
    http: { verb: "GET", path: "/farm/history/export" },
  }),
};
