import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const FIXTURES = join(import.meta.dirname, "../fixtures/moonraker");

const Before = z.object({ queue: z.array(z.string()), state: z.string() }).nullable();

/** One HTTP request and what a real Moonraker answered, with the queue just before it. */
const HttpCase = z.object({
  case: z.string(),
  before: Before,
  request: z.object({
    method: z.string().optional(),
    target: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().nullable().optional(),
    /** Sent byte for byte instead. */
    raw: z.string().optional(),
    /** An upload's form. */
    fields: z.array(z.tuple([z.string(), z.string()])).optional(),
    files: z.array(z.tuple([z.string(), z.string(), z.number()])).optional(),
  }),
  response: z.object({
    status: z.number().optional(),
    headers: z.array(z.tuple([z.string(), z.string()])).optional(),
    body: z.string().optional(),
    raw: z.string().optional(),
  }),
});
export type HttpCase = z.output<typeof HttpCase>;

const Frame = z.record(z.string(), z.unknown());
const RpcCase = z.object({
  case: z.string(),
  before: Before,
  request: z.string(),
  response: z.unknown(),
  notifications: z.array(Frame),
});
export type RpcCase = z.output<typeof RpcCase>;

/**
 * Not replayed on the plain rig: logins required (authCases.test.ts), several servers
 * or uploads at once (recorded to show a defect), bytes that were not kept (ours: files.test.ts), and
 * what depends on the rig's own macros, disk, objects and prints.
 */
const OTHER_RIG =
  /^auth: |^queue_gcode_uploads|^4 uploads of different|^one upload with a good checksum|with thumbnail$|^thumbnails$|^thumbnail download|^gcode script raise|^(?:printer )?objects list$|^directory$|^server info$|^printer.info$|^subscribe$|^history list$|^job totals$/;

/** Recorded while a print ran; replayed by jobQueuePrinting.test.ts. */
const PRINTING =
  /while printing|printing file|^print start while|^clear$|^cancel$|^start to clear the pause/;

/** All HTTP cases of the plain rig, in the order they were recorded. */
export function httpCases(): HttpCase[] {
  return readLines("http-cases.jsonl")
    .filter((line) => !OTHER_RIG.test(z.looseObject({ case: z.string() }).parse(line).case))
    .map((line) => HttpCase.parse(line))
    .filter((recorded) => !PRINTING.test(recorded.case));
}

/** The HTTP cases that were recorded one after another while `up1.gcode` printed. */
export function printingCases(): HttpCase[] {
  return readLines("http-cases.jsonl")
    .filter((line) => PRINTING.test(z.looseObject({ case: z.string() }).parse(line).case))
    .filter((line) => !OTHER_RIG.test(z.looseObject({ case: z.string() }).parse(line).case))
    .map((line) => HttpCase.parse(line));
}

const AUTH = /^auth: /;

/** Recorded one after another on a rig that trusts nobody for where they call from. */
export function httpAuthCases(): HttpCase[] {
  return readLines("http-cases.jsonl")
    .filter((line) => AUTH.test(z.looseObject({ case: z.string() }).parse(line).case))
    .map((line) => HttpCase.parse(line));
}

export function rpcAuthCases(): RpcCase[] {
  return readLines("rpc-cases.jsonl")
    .map((line) => RpcCase.parse(line))
    .filter((recorded) => AUTH.test(recorded.case));
}

/** Answers whose values are the rig's own: every member Moonraker told must be told by us, in its type. */
export const SHAPES = [
  ["http", "server info", "server.info", {}],
  ["http", "directory", "server.files.get_directory", { path: "gcodes", extended: true }],
  ["http", "job totals", "server.history.totals", {}],
  ["http", "history list", "server.history.list", { limit: 2 }],
  ["rpc", "history list", "server.history.list", { limit: 1 }],
] as const;
export const SHAPES_WHILE_ON = [
  ["http", "printer objects list", "printer.objects.list", {}],
  ["rpc", "objects list", "printer.objects.list", {}],
  ["rpc", "printer.info", "printer.info", {}],
  [
    "rpc",
    "subscribe",
    "printer.objects.subscribe",
    { objects: { print_stats: ["state", "filename"], nosuch: null } },
  ],
] as const;

/** Every case there is, as `http: name`; one that was recorded twice is named twice. */
export function allCases(): string[] {
  return (["http", "rpc"] as const).flatMap((kind) =>
    readLines(`${kind}-cases.jsonl`).map(
      (line) => `${kind}: ${z.looseObject({ case: z.string() }).parse(line).case}`,
    ),
  );
}

/** Cases whose values are the rig's own, by name: their form is compared (recordedShapes.test.ts). */
export function recordedResult(kind: "http" | "rpc", name: string): unknown {
  const line = readLines(`${kind}-cases.jsonl`).find(
    (candidate) => z.looseObject({ case: z.string() }).parse(candidate).case === name,
  );
  const answer: unknown =
    kind === "http"
      ? JSON.parse(HttpCase.parse(line).response.body ?? "")
      : RpcCase.parse(line).response;
  return z.looseObject({ result: z.unknown() }).parse(answer).result;
}

export function rpcCases(): RpcCase[] {
  return readLines("rpc-cases.jsonl")
    .map((line) => RpcCase.parse(line))
    .filter((recorded) => !OTHER_RIG.test(recorded.case));
}

function readLines(name: string): unknown[] {
  return readFileSync(join(FIXTURES, name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

/** The g-code of the rig's small files. */
export const RIG_GCODE =
  "; generated by rig\nG28\nG90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nG4 P50\nG1 X60 Y20 E1 F3000\nG4 P50\n";

/** What lay in the rig's gcodes root, as far as we take it in (it also held notes.txt). */
export const RIG_FILES = [
  " lead.gcode",
  "a.gcode",
  "b.gcode",
  "comma,name.gcode",
  "proof_a.gcode",
  'quo"te.gcode',
  "sub dir/proof_b.gcode",
  "sub/c.gcode",
  "UPPER.GCODE",
  "with space.gcode",
  "ünïcode.gcode",
];

/** What Moonraker queued and we refuse; left out of every list before it is compared. */
const REFUSED = new Set([
  "notes.txt",
  "/etc/passwd",
  "/home/pi/printer_data/gcodes/a.gcode",
  "../config/printer.cfg",
  "./a.gcode",
]);

export function isRefusedName(name: string): boolean {
  return REFUSED.has(name);
}

/**
 * Makes two answers comparable: ids, times and tracebacks out, names we refuse out of lists. Their shape
 * stays: an id that is none or a time that is no number shows.
 */
export function normalise(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isRefusedJob(item)).map((item) => normalise(item));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "traceback")
      .map(([key, member]) => [key, normaliseMember(key, member)]),
  );
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function normaliseMember(key: string, value: unknown): unknown {
  switch (key) {
    case "job_id":
      return typeof value === "string" && /^[0-9A-F]{16}$/.test(value) ? "<id>" : value;
    case "message":
      return typeof value === "string" ? value.replaceAll(/[0-9A-F]{16}/g, "<id>") : value;
    case "time_added":
    case "time_in_queue":
    case "modified":
    case "eventtime":
    case "created_on":
    case "connection_id":
      return typeof value === "number" ? "<number>" : value;
    case "token":
    case "refresh_token":
      return typeof value === "string" && JWT.test(value) ? "<jwt>" : value;
    case "result":
      return typeof value === "string" && /^[A-Z2-7]{32}$/.test(value)
        ? "<token>"
        : normalise(value);
    default:
      return normalise(value);
  }
}

function isRefusedJob(item: unknown): boolean {
  return (
    typeof item === "object" &&
    item !== null &&
    "filename" in item &&
    typeof item.filename === "string" &&
    REFUSED.has(item.filename)
  );
}

type Jobs = readonly { readonly filename: string; readonly job_id: string }[];

/**
 * Says which file each recorded job id stood for at a case: ids came back for other jobs on the rig. `learn`
 * is to be called for the cases in order.
 */
export class RecordedIds {
  #names: ReadonlyMap<string, string> = new Map();

  /** Takes a case's answer and gives what puts our ids in the place of recorded ones in its request. */
  learn(answer: unknown): (text: string, ours: Jobs) => string {
    const names = new Map([...this.#names, ...jobsIn(answer)]);
    this.#names = names;
    return (text, ours) =>
      text.replaceAll(/0000[0-9A-F]{12}/g, (recorded) => {
        const filename = names.get(recorded);
        return ours.find((job) => job.filename === filename)?.job_id ?? recorded;
      });
  }
}

function jobsIn(value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => jobsIn(item));
  if (typeof value !== "object" || value === null) return [];
  const here = z.object({ job_id: z.string(), filename: z.string() }).safeParse(value);
  if (here.success) return [[here.data.job_id, here.data.filename]];
  return Object.values(value).flatMap((member) => jobsIn(member));
}

/** Ids of the rows of docs/compatibility.md: the differences we stand by. */
export function compatibilityRows(): Set<string> {
  const page = readFileSync(join(import.meta.dirname, "../../docs/compatibility.md"), "utf8");
  return new Set([...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].flatMap((match) => match[1] ?? []));
}
