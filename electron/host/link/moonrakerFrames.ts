import * as z from "zod";
import { KlippyState } from "#shared/contract/server.ts";
import { isRecord } from "#shared/util/foreignFields.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Notice } from "./linkProtocol.ts";
import type { HistoryEntry } from "./printerLink.ts";

/** Loose on purpose: only what the link uses is looked at, so that a newer Moonraker still works. */

export const ServerInfoAnswer = z.looseObject({
  // A word we do not know is a printer we must not start on.
  klippy_state: KlippyState.catch("error"),
  moonraker_version: z.string().catch("unknown"),
});

export const PrinterInfoAnswer = z.looseObject({
  state: z.string().catch(""),
  state_message: z.string().catch(""),
  hostname: z.string().nullable().catch(null),
  process_id: z.int().nullable().catch(null),
});

export const ObjectListAnswer = z.looseObject({ objects: z.array(z.string()) });

const Objects = z.record(z.string(), z.record(z.string(), z.unknown()));

export const SubscribeAnswer = z.looseObject({ eventtime: z.number(), status: Objects });

const HistoryJob = z.looseObject({
  job_id: z.string(),
  filename: z.string().catch(""),
  status: z.string().catch("unknown"),
  start_time: z.number().catch(0),
  end_time: z.number().nullable().catch(null),
});

const HistoryAnswer = z.looseObject({ jobs: z.array(z.unknown()) });
const HistoryNotice = z.looseObject({ job: z.unknown() });

const StoredItem = z.looseObject({
  size: z.int().nonnegative(),
  modified: z.number(),
});

export const DirectoryAnswer = z.looseObject({
  files: z.array(StoredItem.extend({ filename: z.string() })),
  dirs: z.array(z.looseObject({ dirname: z.string() })).catch([]),
  /** Bytes. */
  disk_usage: z.looseObject({ free: z.number() }).nullable().catch(null),
});

export const DatabaseAnswer = z.looseObject({ value: z.unknown() });

/** Bare from Moonraker; some stand-ins wrap it in `result` like every other answer. */
export const UploadAnswer = z.union([
  z.looseObject({ item: StoredItem }),
  z.looseObject({ result: z.looseObject({ item: StoredItem }) }).transform((o) => o.result),
]);

export const HttpErrorBody = z.looseObject({
  error: z.union([z.string(), z.looseObject({ message: z.string() }).transform((e) => e.message)]),
});

function isObjects(value: unknown): value is PrinterObjects {
  return isRecord(value) && Object.values(value).every(isRecord);
}

/** One entry of the printer's history, or undefined when it has no usable id. */
function parseHistoryJob(job: unknown): HistoryEntry | undefined {
  const parsed = HistoryJob.safeParse(job);
  if (!parsed.success) return undefined;
  return {
    jobId: parsed.data.job_id,
    filename: parsed.data.filename,
    status: parsed.data.status,
    startTime: parsed.data.start_time,
    endTime: parsed.data.end_time,
  };
}

/** Entries of `server.history.list`, those we can read. Throws when the answer is none. */
export function parseHistory(answer: unknown): readonly HistoryEntry[] {
  return HistoryAnswer.parse(answer)
    .jobs.map(parseHistoryJob)
    .filter((entry) => entry !== undefined);
}

/** What a notification says. Never throws. */
export function parseNotice(method: string, params: readonly unknown[]): Notice {
  const bad: Notice = { kind: "bad", method };
  switch (method) {
    case "notify_status_update": {
      // By hand: these come four times a second from every printer.
      const [delta, eventtime] = params;
      if (!isObjects(delta) || typeof eventtime !== "number") return bad;
      return { kind: "status", delta, eventtime };
    }
    case "notify_klippy_ready":
      return { kind: "klippy", state: "ready" };
    case "notify_klippy_shutdown":
      return { kind: "klippy", state: "shutdown" };
    case "notify_klippy_disconnected":
      return { kind: "klippy", state: "disconnected" };
    case "notify_gcode_response": {
      const line = params[0];
      return typeof line === "string" ? { kind: "gcode", line } : bad;
    }
    case "notify_history_changed": {
      const notice = HistoryNotice.safeParse(params[0]);
      const entry = notice.success ? parseHistoryJob(notice.data.job) : undefined;
      return entry === undefined ? bad : { kind: "history", entry };
    }
    default:
      return { kind: "other" };
  }
}
