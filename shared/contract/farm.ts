import * as z from "zod";
import { AttemptOutcome, Decision } from "../domain/attempt.ts";
import { AttemptId, ContentHash, CopyId, JobId, PrinterId } from "../domain/ids.ts";
import { PlatePolicy, PlateState } from "../domain/plate.ts";
import { ClearEvidence } from "../domain/printer.ts";
import { QueueState, Reason } from "../domain/queue.ts";
import { KlippyState } from "./server.ts";

/** Times in this namespace are Unix seconds, durations seconds, progress 0 to 1, temperatures Celsius. */
const seconds = z.number();

export const LinkView = z.object({
  kind: z.enum(["moonraker", "klipper", "simulated"]),
  /** Where it is reached, without secrets. */
  address: z.string(),
  /** Klipper's own socket: where its folder is on the host's computer; null = where Klipper says it is. */
  folder: z.string().nullable(),
  state: z.enum(["connecting", "connected", "unreachable", "unauthorized"]),
  /** One sentence when not connected: what failed and what to check. */
  detail: z.string().nullable(),
  since: seconds,
  last_seen: seconds.nullable(),
  next_retry: seconds.nullable(),
});

export const KlippyView = z.object({
  /** `unknown` while there is no connection: grey, never red. */
  state: z.enum([...KlippyState.options, "unknown"]),
  message: z.string(),
});

/** What the machine is doing, one word for the head of its column. */
export const Activity = z.enum([
  "unknown",
  "offline",
  "error",
  "idle",
  "transferring",
  "clearing",
  "starting",
  "printing",
  "paused",
  "finishing",
]);

export const CurrentPrint = z.object({
  /** `external`: not started by us; it occupies the plate all the same. */
  source: z.enum(["queue", "external"]),
  filename: z.string(),
  content: ContentHash.nullable(),
  attempt: AttemptId.nullable(),
  job_id: CopyId.nullable(),
  state: z.enum(["staging", "starting", "printing", "paused", "finishing"]),
  progress: z.number(),
  /** Transfer to the printer, 0 to 1; null when nothing is transferred. */
  transfer: z.number().nullable(),
  print_duration: seconds,
  remaining: seconds.nullable(),
  layer: z.int().nullable(),
  layer_count: z.int().nullable(),
  started: seconds.nullable(),
});

export const Temperature = z.object({
  name: z.string(),
  temperature: z.number(),
  target: z.number(),
});

export const PlateView = z.object({
  state: PlateState,
  revision: z.int(),
  since: seconds,
  by: z.string(),
  reason: z.string(),
  /** The finished print that lies there and whose good parts `farm.plate.set` can count; else null. */
  part: z.object({ attempt: AttemptId, filename: z.string() }).nullable(),
});

/** One word on a plate, as the record has it. */
export const PlateWord = z.object({
  at: seconds,
  state: PlateState,
  by: z.string(),
  reason: z.string(),
});
export type PlateWord = z.output<typeof PlateWord>;

export const QueueRow = z.object({
  job_id: CopyId,
  job: JobId,
  filename: z.string(),
  content: ContentHash,
  has_thumbnail: z.boolean(),
  /** The file on its way to the printer before its turn; progress 1 = it lies there. null = not begun. */
  ahead: z.object({ progress: z.number(), waits: z.string().nullable() }).nullable(),
  time_added: seconds,
  estimate: seconds.nullable(),
  hold: z.string().nullable(),
  note: z.string(),
  /** Whether the file was made for this printer, as far as slicer and printer say; `wrong` holds it. */
  machine: z.enum(["fits", "unknown", "wrong"]),
  wanted: z.int(),
  done: z.int(),
  /** Transferred or started right now: it cannot be moved or removed. */
  locked: z.boolean(),
  /** Why it does not start now, most important first; empty = it starts next. */
  reasons: z.array(Reason),
});

/** An ended attempt that waits for a person's word. */
export const OpenDecision = z.object({
  attempt: AttemptId,
  job_id: CopyId,
  filename: z.string(),
  content: ContentHash,
  outcome: AttemptOutcome,
  ended: seconds,
  message: z.string().nullable(),
  /** What was seen, newest last. */
  evidence: z.array(z.string()),
});

export const QueueView = z.object({
  state: QueueState,
  armed: z.boolean(),
  /** Grows with every change of this queue. */
  revision: z.int(),
  rows: z.array(QueueRow),
  decisions: z.array(OpenDecision),
  /** What `farm.queue.undo` and `redo` would take back or do again; null = nothing. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
  /** Sum of the known estimates. */
  total: seconds,
});
export type QueueView = z.output<typeof QueueView>;

/** What needs a person at this printer, most urgent first. */
export const Attention = z.object({
  kind: z.enum([
    "plate",
    "decision",
    "offline_with_jobs",
    "klippy",
    "transfer",
    "print_paused",
    "unauthorized",
    "foreign_queue",
    "not_master",
    "options",
    "store",
  ]),
  text: z.string(),
});

/** Who may start prints at a printer: one host at a time, by a lease that lies at the printer. */
export const MasterView = z.object({
  /** `unknown` while there is no connection, and while the lease is being asked for. */
  state: z.enum(["unknown", "held", "other"]),
  /** Set when another host has it. */
  holder: z.object({ host: z.string(), user: z.string() }).nullable(),
  /** The printer's own job queue, while `farm.printers.adopt` has not said what becomes of it. */
  foreign_queue: z
    .object({
      jobs: z.int(),
      /** The first 20. */
      filenames: z.array(z.string()),
      /** Options of the printer's Moonraker under which it starts prints by itself. */
      starts_by: z.array(z.string()),
    })
    .nullable(),
});

export const OptionsView = z.object({
  automatic_transition: z.boolean(),
  load_on_startup: z.boolean(),
  job_transition_delay: z.number().nonnegative(),
  job_transition_gcode: z.string(),
  plate_policy: PlatePolicy,
  clear_grace: z.number().min(0).max(30),
  start_clears_plate: z.enum(["idle", "never"]),
  after_failure: z.enum(["hold", "continue"]),
  /** With `continue`: prints in a row that may fail before the queue holds all the same. */
  max_failures: z.int().min(1).max(100),
  /** What must be seen before a clearing g-code counts as done; null = that it ran without an error. */
  clear_evidence: ClearEvidence.nullable(),
  clear_deadline: seconds.min(10).max(86_400),
  power_on: z.enum(["never", "when_job_may_start"]),
  /** A power device of the printer's Moonraker; "" = none. */
  power_device: z.string().max(100),
  prestage: z.enum(["auto", "idle_only"]),
  out_of_service: z.boolean(),
});
export type OptionsView = z.output<typeof OptionsView>;

/** Everything a column shows. */
export const PrinterView = z.object({
  id: PrinterId,
  name: z.string(),
  order: z.int(),
  is_default: z.boolean(),
  tags: z.array(z.string()),
  link: LinkView,
  klippy: KlippyView,
  activity: Activity,
  current: CurrentPrint.nullable(),
  temperatures: z.array(Temperature),
  plate: PlateView,
  queue: QueueView,
  attention: z.array(Attention),
  master: MasterView,
  options: OptionsView,
});
export type PrinterView = z.output<typeof PrinterView>;

/** The fast-changing part of a printer, pushed at most four times a second. */
export const PrinterLive = z.object({
  id: PrinterId,
  progress: z.number().nullable(),
  print_duration: seconds.nullable(),
  remaining: seconds.nullable(),
  transfer: z.number().nullable(),
  layer: z.int().nullable(),
  temperatures: z.array(Temperature),
});
export type PrinterLive = z.output<typeof PrinterLive>;

export const FarmSnapshot = z.object({
  version: z.string(),
  /** Grows with every change; a notification whose revision is not the next one asks for a new snapshot. */
  revision: z.int(),
  /** Host's Unix seconds, so that clients can correct their clocks. */
  now: seconds,
  /** One sentence when the store is not as it should be (restored, read-only, in memory); else null. */
  store_notice: z.string().nullable(),
  printers: z.array(PrinterView),
});
export type FarmSnapshot = z.output<typeof FarmSnapshot>;

/** `printer: null` = removed. */
export const FarmChanged = z.object({
  revision: z.int(),
  id: PrinterId,
  printer: PrinterView.nullable(),
});
export type FarmChanged = z.output<typeof FarmChanged>;

export const TestedPrinter = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    name: z.string().nullable(),
    klippy_state: KlippyState,
    /** Empty where there is no Moonraker: Klipper's own socket. */
    moonraker_version: z.string(),
    hostname: z.string().nullable(),
    /** Klipper's own socket: the folder prints are put into; else null. */
    folder: z.string().nullable(),
    /** What could not be tested now, and why; null = nothing. */
    notice: z.string().nullable(),
  }),
  z.object({
    ok: z.literal(false),
    reason: z.enum([
      "bad_address",
      "unreachable",
      "timeout",
      "not_moonraker",
      "unauthorized",
      "no_socket",
      "no_permission",
      "not_klipper",
      "no_virtual_sdcard",
      "no_folder",
      "folder_not_writable",
      "wrong_folder",
    ]),
    /** What failed and what to do. */
    message: z.string(),
  }),
]);
export type TestedPrinter = z.output<typeof TestedPrinter>;

export { AttemptOutcome, Decision };
