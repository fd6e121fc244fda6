import type { OffName } from "./caseStage.ts";

/** A case we answer otherwise on purpose: the row of docs/compatibility.md that says why, and our answer. */
export interface Difference {
  readonly row: string;
  readonly ours: object;
}

/** Splits cases into those we answer as Moonraker did and those we answer otherwise on purpose. */
export function splitCases<T extends { readonly recorded: { readonly case: string } }>(
  cases: readonly T[],
  differences: Differences,
): { same: T[]; different: (T & { difference: Difference })[] } {
  const same: T[] = [];
  const different: (T & { difference: Difference })[] = [];
  for (const item of cases) {
    const difference = differences[item.recorded.case];
    if (difference === undefined) same.push(item);
    else different.push({ ...item, difference });
  }
  return { same, different };
}

type Differences = Readonly<Record<string, Difference | undefined>>;

const refused = (row: string, status: number, message: string): Difference => ({
  row,
  ours: { status, body: { error: { code: status, message } } },
});
const noSuchPrint = "Invalid job uid: zz";
const noSuchFile = (name: string, row: string): Difference =>
  refused(row, 400, `G-Code File ${name} does not exist`);
const notBoolean = (name: string, value: string): Difference =>
  refused(
    "real-messages",
    400,
    `Unable to convert argument [${name}] to <class 'bool'>: value received: ${value}`,
  );
const bodyMustBeObject = refused(
  "json-body-object",
  400,
  "The JSON body must be an object with the arguments by name",
);
const invalidRequest = {
  jsonrpc: "2.0",
  error: { code: -32600, message: "Invalid Request" },
  id: null,
};

export const HTTP_DIFFERENCES: Differences = {
  "post query reset=1 -> 400": notBoolean("reset", "1"),
  "post query reset=yes -> 400": notBoolean("reset", "yes"),
  "delete all=1 -> 400": notBoolean("all", "1"),
  "post json array body": bodyMustBeObject,
  "post json string body": bodyMustBeObject,
  "post json number body": bodyMustBeObject,
  "post json null body": bodyMustBeObject,
  "post non-gcode file (accepted)": noSuchFile("notes.txt", "only-gcode"),
  "post absolute path outside root (accepted!)": noSuchFile("/etc/passwd", "paths-confined"),
  "post absolute path inside root": noSuchFile(
    "/home/pi/printer_data/gcodes/a.gcode",
    "paths-confined",
  ),
  "post ../ traversal (accepted!)": noSuchFile("../config/printer.cfg", "paths-confined"),
  "post ./ prefix": noSuchFile("./a.gcode", "paths-confined"),
  "post name with NUL": noSuchFile("a\0.gcode", "real-messages"),
  "post name non-ascii missing (reason header)": noSuchFile("żółć.gcode", "real-messages"),
  "post name html missing": noSuchFile("<b>.gcode", "real-messages"),
  "jump list (unhashable)": refused("list-as-id", 400, 'Invalid job id: ["<id>"]'),
  "jsonrpc http wrong content type": refused(
    "real-messages",
    400,
    "JSON-RPC needs the content type application/json",
  ),
  "jsonrpc http batch of non objects": {
    row: "broken-frames",
    ours: { status: 200, body: [invalidRequest, invalidRequest] },
  },
  "jsonrpc http top-level number": {
    row: "broken-frames",
    ours: { status: 200, body: invalidRequest },
  },
  metadata: {
    row: "file-details",
    ours: { status: 200, body: { result: { filename: "a.gcode", size: 91, slicer: "Unknown" } } },
  },
  "metadata missing": refused("real-messages", 404, "Metadata not available for <nope.gcode>"),
  "delete file missing": refused("real-messages", 400, "File gcodes/nope.gcode does not exist"),
  "history job non-hex": refused("history-ids", 404, noSuchPrint),
  "keep-alive two requests": refused(
    "host-check",
    403,
    'This server does not answer to the name "x". Use the address it listens on.',
  ),
  "upload: filename with slash": {
    row: "upload-folders",
    ours: { status: 201, body: { item: { path: "z/u3.gcode" } } },
  },
  "upload: no file part": refused(
    "real-messages",
    400,
    'The form has no file, or its name holds a line break: send a part "file" with a plain name',
  ),
  "upload: empty filename": refused(
    "real-messages",
    400,
    'The form has no file, or its name holds a line break: send a part "file" with a plain name',
  ),
  "upload: txt in gcodes root": { row: "only-gcode", ours: { status: 400 } },
  "upload: empty file": { row: "only-gcode", ours: { status: 400 } },
  "upload: onto the printing file -> 403": {
    row: "overwrite-while-printing",
    ours: { status: 201, body: { item: { path: "up1.gcode" } } },
  },
  "delete the printing file -> 403": {
    row: "overwrite-while-printing",
    ours: { status: 200, body: { result: { action: "delete_file" } } },
  },
  "upload multipart no boundary": refused(
    "real-messages",
    400,
    "The form is malformed: its boundary is missing",
  ),
};

const heard = (row: string, answers: readonly object[], notifications: readonly object[] = []) => ({
  row,
  ours: { answers, notifications },
});
const answeredInvalid = heard("broken-frames", [invalidRequest]);

export const RPC_DIFFERENCES: Differences = {
  "lone surrogate escape": heard("lone-surrogate", [
    { error: { code: -32601, message: "Method not found" }, id: 1 },
  ]),
  "binary frame not utf8": heard("broken-frames", [{ error: { code: -32700 }, id: null }]),
  "top-level number: no answer": answeredInvalid,
  "top-level null: no answer": answeredInvalid,
  "top-level true: no answer": answeredInvalid,
  "batch with non-object: whole batch unanswered": heard("broken-frames", [
    [{ result: { queue_state: "paused" }, id: 1 }, invalidRequest],
  ]),
  "batch nested list: unanswered": heard("broken-frames", [[invalidRequest]]),
  "jump: NO notification": heard(
    "jump-notifies",
    [{ result: { queued_jobs: [{ filename: "sub/c.gcode" }, {}, {}] } }],
    [
      {
        method: "notify_job_queue_changed",
        params: [{ action: "jobs_added", updated_queue: [{ filename: "sub/c.gcode" }, {}, {}] }],
      },
    ],
  ),
  "jump list: -32602 (TypeError)": heard("list-as-id", [
    { error: { code: 400, message: 'Invalid job id: ["<id>"]' } },
  ]),
  metadata: heard("file-details", [{ result: { filename: "a.gcode", size: 91 } }]),
  "history non-hex uid: 500": heard("history-ids", [
    { error: { code: -32601, message: noSuchPrint }, id: 1 },
  ]),
};

/** Where nobody is trusted for where they call from. */
export const AUTH_DIFFERENCES: Differences = {
  "auth: get api key": refused(
    "hidden-keys",
    403,
    "API keys are shown once, when they are made, and kept as hashes only. Make one in Nextplate's settings.",
  ),
  "auth: identify wrong token": {
    row: "real-messages",
    ours: {
      jsonrpc: "2.0",
      error: { code: -32602, message: "Failed to decode JWT: log in again" },
      id: 1,
    },
  },
};

const keptAtPrinter = (root: string): Difference =>
  refused(
    "other-roots",
    503,
    `The root "${root}" lies on the printer, whose own Moonraker is not connected: nothing was stored. Switch the printer on and send the file again.`,
  );

/** What is otherwise only while the printer is off: the recording was made with it on. */
const SHUT_DOWN: Difference = {
  row: "off-commands",
  ours: { status: 400, body: { error: { code: 400 } } },
};
const NO_KLIPPY: Differences = {
  "print pause when idle": refused("off-commands", 503, "The printer is not connected"),
  "gcode script bad": refused("off-commands", 503, "Klippy Host not connected"),
  "gcode script G1 bad": refused("off-commands", 503, "Klippy Host not connected"),
};

/** What is answered otherwise in each of the three ways a printer can be off. */
export const HTTP_OFF_DIFFERENCES: Readonly<Record<OffName, Differences>> = {
  "/printers/{id} while the printer is off": {
    ...NO_KLIPPY,
    "upload: bad root": keptAtPrinter("nope"),
    "upload: read-only root logs": keptAtPrinter("logs"),
    "upload: config root": keptAtPrinter("config"),
  },
  "/printers/{id} without Klippy": {
    ...NO_KLIPPY,
    "print pause when idle": refused("off-commands", 503, "Klippy Host not connected"),
  },
  // Klippy's own refusal, whose words are its reason for being shut down.
  "/printers/{id} while Klippy is shut down": {
    "print pause when idle": SHUT_DOWN,
    "gcode script bad": SHUT_DOWN,
    "gcode script G1 bad": SHUT_DOWN,
  },
};

const RPC_NO_KLIPPY: Differences = {
  "print cancel idle": heard("off-commands", [
    { error: { code: 503, message: "The printer is not connected" }, id: 1 },
  ]),
  "reserved list_endpoints": heard("off-commands", [{ error: { code: 503 }, id: 1 }]),
};

export const RPC_OFF_DIFFERENCES: Readonly<Record<OffName, Differences>> = {
  "/printers/{id} while the printer is off": RPC_NO_KLIPPY,
  "/printers/{id} without Klippy": {
    "print cancel idle": heard("off-commands", [
      { error: { code: 503, message: "Klippy Host not connected" }, id: 1 },
    ]),
  },
  "/printers/{id} while Klippy is shut down": {
    "print cancel idle": {
      row: "off-commands",
      ours: {
        answers: [{ error: { code: 400 }, id: 1 }],
        notifications: [{ method: "notify_gcode_response" }, { method: "notify_gcode_response" }],
      },
    },
  },
};
