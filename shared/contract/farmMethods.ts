import * as z from "zod";
import { AttemptId, CopyId, JobId, PrinterId } from "../domain/ids.ts";
import {
  Decision,
  FarmSnapshot,
  OptionsView,
  PlateWord,
  PrinterView,
  QueueView,
  TestedPrinter,
} from "./farm.ts";
import { method } from "./method.ts";

const Address = z.string().min(1).max(300).describe("host, host:port or http(s) address");
const SocketAddress = z
  .string()
  .min(1)
  .max(300)
  .describe("absolute path of Klipper's API socket, or host:port where it is forwarded");
const Folder = z
  .string()
  .min(1)
  .max(1000)
  .nullable()
  .default(null)
  .describe("where the printer's virtual_sdcard folder is here; null = where Klipper says it is");
const LinkInput = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("moonraker"),
    address: Address,
    api_key: z.string().min(1).nullable().default(null),
  }),
  z.strictObject({
    kind: z.literal("klipper"),
    address: SocketAddress,
    folder: Folder,
  }),
  z.strictObject({ kind: z.literal("simulated") }),
]);
const OptionsInput = OptionsView.partial().strict();
const printer = PrinterId.describe("printer id");

const read = { target: "host", scope: "read", mutates: false } as const;
const operate = { target: "host", scope: "operate", mutates: true } as const;
const admin = { target: "host", scope: "admin", mutates: true } as const;

/** What Moonraker's API has no word for. Unknown parameters are refused here. */
export const farmMethods = {
  "farm.snapshot": method({
    ...read,
    summary: "Get all printers with their queues; this connection is then notified of every change",
    params: z.strictObject({}),
    result: FarmSnapshot,
    http: { verb: "GET", path: "/farm/snapshot" },
  }),
  "farm.printers.list": method({
    ...read,
    summary: "List the printers",
    params: z.strictObject({}),
    result: z.object({ printers: z.array(PrinterView) }),
    http: { verb: "GET", path: "/farm/printers" },
  }),
  "farm.printers.add": method({
    ...admin,
    summary: "Add a printer; it is connected in the background",
    params: z.strictObject({
      name: z.string().trim().min(1).max(80).optional(),
      link: LinkInput,
      options: OptionsInput.optional(),
      tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
    }),
    result: PrinterView,
  }),
  "farm.printers.update": method({
    ...admin,
    summary: "Change a printer's name, place, address, options or tags",
    params: z.strictObject({
      printer,
      name: z.string().trim().min(1).max(80).optional(),
      order: z.int().optional(),
      is_default: z.literal(true).optional(),
      link: LinkInput.optional(),
      options: OptionsInput.optional(),
      tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
    }),
    result: PrinterView,
  }),
  "farm.printers.remove": method({
    ...admin,
    summary: "Remove a printer with its queue; refused while it prints or has jobs unless `force`",
    params: z.strictObject({ printer, force: z.boolean().default(false) }),
    result: z.object({ removed: PrinterId }),
  }),
  "farm.printers.adopt": method({
    ...operate,
    summary:
      "Answer for the printer's own job queue: import its jobs and pause it, or leave it alone",
    params: z.strictObject({ printer, choice: z.enum(["import", "leave"]) }),
    result: PrinterView,
  }),
  "farm.printers.take_over": method({
    ...operate,
    summary:
      "Make this host the one that starts prints there; the host that did so only observes from then on",
    params: z.strictObject({ printer }),
    result: PrinterView,
  }),
  "farm.printers.reconnect": method({
    ...operate,
    summary:
      "Try to reach a printer now instead of at its next retry; answers before it is reached",
    params: z.strictObject({ printer }),
    result: PrinterView,
  }),
  "farm.printers.test": method({
    ...read,
    summary: "Try to reach a printer and say what is wrong if it fails; changes nothing",
    params: z.strictObject({
      address: Address.describe(
        "of a Moonraker: host, host:port or http(s) address; of Klipper: its socket or host:port",
      ),
      api_key: z.string().nullable().default(null),
      kind: z.enum(["moonraker", "klipper"]).default("moonraker"),
      folder: Folder,
    }),
    result: TestedPrinter,
  }),
  "farm.queue.status": method({
    ...read,
    summary: "Get one queue with the reasons why each job waits",
    params: z.strictObject({ printer }),
    result: QueueView,
    http: { verb: "GET", path: "/farm/queue/status" },
  }),
  "farm.queue.post": method({
    ...operate,
    summary: "Queue copies of files of that printer's library",
    params: z.strictObject({
      printer,
      files: z
        .array(
          z.strictObject({ filename: z.string(), copies: z.int().min(1).max(1000).default(1) }),
        )
        .min(1)
        .max(1000),
      start: z.boolean().default(false).describe("also start the queue: the board's Print"),
      front: z.boolean().default(false).describe("at the head of the queue instead of its end"),
      hold: z.string().nullable().default(null),
      note: z.string().max(2000).default(""),
    }),
    result: QueueView,
  }),
  "farm.queue.remove": method({
    ...operate,
    summary: "Remove copies from the queue",
    params: z.strictObject({ printer, job_ids: z.array(CopyId).min(1) }),
    result: QueueView,
  }),
  "farm.queue.move": method({
    ...operate,
    summary: "Move copies, in the order given, before another copy or to the end; ids stay",
    params: z.strictObject({
      printer,
      job_ids: z.array(CopyId).min(1),
      before: CopyId.nullable().describe("null = to the end"),
    }),
    result: QueueView,
  }),
  "farm.queue.hold": method({
    ...operate,
    summary: "Hold the jobs of these copies, or release them with null",
    params: z.strictObject({
      printer,
      job_ids: z.array(CopyId).min(1),
      hold: z.string().nullable(),
    }),
    result: QueueView,
  }),
  "farm.queue.note": method({
    ...operate,
    summary: "Write a note on the jobs of these copies",
    params: z.strictObject({
      printer,
      job_ids: z.array(CopyId).min(1),
      note: z.string().max(2000),
    }),
    result: QueueView,
  }),
  "farm.queue.set_copies": method({
    ...operate,
    summary:
      "Set how many copies of a job wait; more stand behind its last, surplus goes from its end",
    params: z.strictObject({ printer, job: JobId, copies: z.int().min(0).max(1000) }),
    result: QueueView,
  }),
  "farm.queue.print_anyway": method({
    ...operate,
    summary: "Print these here although the file seems to be made for another printer",
    params: z.strictObject({ printer, job_ids: z.array(CopyId).min(1) }),
    result: QueueView,
  }),
  "farm.queue.transfer": method({
    ...operate,
    summary: "Move copies to another printer's queue in one transaction; ids stay",
    params: z.strictObject({
      from: printer,
      to: printer,
      job_ids: z.array(CopyId).min(1),
      before: CopyId.nullable().default(null).describe("null = to the end"),
    }),
    result: z.object({ from: QueueView, to: QueueView }),
  }),
  "farm.queue.undo": method({
    ...operate,
    summary:
      "Take back the last change of a queue: its list, a decision, the printer's options, or a move, which is undone in both queues; refused once one of its copies has started",
    params: z.strictObject({ printer }),
    result: QueueView,
  }),
  "farm.queue.redo": method({
    ...operate,
    summary: "Do the edit again that was taken back last",
    params: z.strictObject({ printer }),
    result: QueueView,
  }),
  "farm.queue.start": method({
    ...operate,
    summary: "Arm the queue; never a word on the plate, unlike server.job_queue.start",
    params: z.strictObject({ printer }),
    result: QueueView,
  }),
  "farm.queue.pause": method({
    ...operate,
    summary: "Disarm the queue",
    params: z.strictObject({ printer }),
    result: QueueView,
    safety: true,
  }),
  "farm.queue.decide": method({
    ...operate,
    summary:
      "Say what becomes of an ended attempt: retry at the head, requeue at the end, or dismiss",
    params: z.strictObject({
      printer,
      attempt: AttemptId,
      decision: Decision,
      good_parts: z
        .int()
        .min(0)
        .max(100_000)
        .optional()
        .describe("good parts counted on the plate"),
    }),
    result: QueueView,
  }),
  "farm.plate.set": method({
    ...operate,
    summary: "Say what lies on a plate; refused when its revision has changed since you looked",
    params: z.strictObject({
      printer,
      state: z.enum(["clear", "occupied"]),
      revision: z.int().nonnegative(),
      note: z.string().max(500).default(""),
      grace: z.boolean().default(false).describe("wait the printer's undo grace before a start"),
      good_parts: z
        .int()
        .min(0)
        .max(100_000)
        .optional()
        .describe("good parts of the finished print named by `plate.part`, kept in the history"),
    }),
    result: PrinterView,
  }),
  "farm.plate.history": method({
    ...read,
    summary: "List what was said of a printer's plate, by whom and why, newest first",
    params: z.strictObject({ printer, limit: z.int().min(1).max(1000).default(50) }),
    result: z.object({ words: z.array(PlateWord) }),
    http: { verb: "GET", path: "/farm/plate/history" },
  }),
};
