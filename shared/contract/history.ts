import * as z from "zod";
import { method } from "./method.ts";
import { optionalNumber, optionalString, string } from "./moonrakerArgs.ts";

/** One print in Moonraker's words. */
export const HistoryJob = z.looseObject({
  job_id: z.string(),
  filename: z.string(),
  status: z.string(),
  /** Unix seconds. */
  start_time: z.number(),
  end_time: z.number().nullable(),
  /** Seconds. */
  print_duration: z.number(),
  total_duration: z.number(),
  /** Millimetres. */
  filament_used: z.number(),
  metadata: z.looseObject({}),
  /** Whether the file is still what was printed. */
  exists: z.boolean(),
});
export type HistoryJob = z.output<typeof HistoryJob>;

const read = { target: "printer", scope: "read", mutates: false } as const;

/** Prints of the printer: its own record, or ours of its queue while it is off. */
export const historyMethods = {
  "server.history.list": method({
    ...read,
    summary: "List prints, newest first",
    params: z.object({
      limit: optionalNumber("limit"),
      start: optionalNumber("start"),
      since: optionalNumber("since"),
      before: optionalNumber("before"),
      order: optionalString("order", "desc"),
    }),
    result: z.looseObject({ count: z.int(), jobs: z.array(HistoryJob) }),
    http: { verb: "GET", path: "/server/history/list" },
  }),
  "server.history.get_job": method({
    ...read,
    summary: "Get one print",
    params: z.object({ uid: string("uid") }),
    result: z.looseObject({ job: HistoryJob }),
    http: { verb: "GET", path: "/server/history/job" },
  }),
  "server.history.totals": method({
    ...read,
    summary: "Sum up all prints",
    params: z.object({}),
    result: z.looseObject({
      job_totals: z.looseObject({
        total_jobs: z.number(),
        /** Seconds, and millimetres of filament. */
        total_time: z.number(),
        total_print_time: z.number(),
        total_filament_used: z.number(),
        longest_job: z.number(),
        longest_print: z.number(),
      }),
      auxiliary_totals: z.array(z.unknown()),
    }),
    http: { verb: "GET", path: "/server/history/totals" },
  }),
};
