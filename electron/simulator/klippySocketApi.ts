import { messageOf } from "#shared/rpc/errors.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Klippy } from "./klippy/klippy.ts";
import { type Arguments, selection } from "./moonraker/arguments.ts";
import { type Selection, selectStatus } from "./moonraker/statusFeed.ts";

/** What Klipper refuses; it has no number, only a text. */
export class WebRequestError extends Error {
  override readonly name = "WebRequestError";
}

/** A client's registrations; they die with its connection. */
export interface KlippyClient {
  /** Template of status updates and what they are about; null = not subscribed. */
  status: { readonly template: Arguments; readonly selection: Selection } | null;
  /** Template of g-code output. */
  output: Arguments | null;
  /** Template of each remote method. */
  readonly remoteMethods: Map<string, Arguments>;
}

/** What the methods need of the server they belong to. */
export interface KlippyInside {
  readonly klippy: Klippy;
  readonly hostname: string;
  /** The full status: on the next tick once anybody is subscribed, else at once. */
  nextStatus(): Promise<PrinterObjects>;
  /** Runs a script; starts of files go through the faults a start can have. */
  runScript(script: string): Promise<void>;
}

type Method = (args: Arguments, client: KlippyClient, server: KlippyInside) => unknown;

const HOME = "/home/pi/printer_data";
const STARTING =
  "\nPrinter is not ready\nThe klippy host software is attempting to connect.  Please\nretry in a few moments.\n";

function info({ klippy, hostname }: KlippyInside): Record<string, unknown> {
  const isUp = klippy.state !== "disconnected";
  return {
    state: isUp ? klippy.state : "startup",
    state_message: isUp ? klippy.message : STARTING,
    hostname,
    klipper_path: "/home/pi/klipper",
    python_path: "/home/pi/klippy-env/bin/python",
    process_id: klippy.processId,
    user_id: 1000,
    group_id: 1000,
    log_file: `${HOME}/logs/klippy.log`,
    config_file: `${HOME}/config/printer.cfg`,
    software_version: "v0.13.0-730-g84104bbbd",
    cpu_info: "4 core ARMv7 Processor rev 3 (v7l)",
  };
}

function text(args: Arguments, key: string): string {
  const value = args[key];
  if (value === undefined) throw new WebRequestError(`Missing Argument [${key}]`);
  if (typeof value !== "string") throw new WebRequestError(`Invalid Argument Type [${key}]`);
  return value;
}

function template(args: Arguments): Arguments {
  const value = args["response_template"] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new WebRequestError("Invalid Argument Type [response_template]");
  }
  return { ...value };
}

function wanted(args: Arguments): Selection {
  try {
    return selection(args);
  } catch (error) {
    throw new WebRequestError(messageOf(error));
  }
}

function script(lines: (args: Arguments) => string): Method {
  return async (args, _client, server) => {
    await server.runScript(lines(args));
    return {};
  };
}

async function restart(
  _args: Arguments,
  _client: KlippyClient,
  { klippy }: KlippyInside,
): Promise<object> {
  // A script like any other: it waits for the one that runs (read in Klipper v0.13.0-730).
  if (klippy.state === "ready") await klippy.runScript("");
  // The answer leaves before the socket closes.
  setImmediate(() => klippy.restart());
  return {};
}

/** Methods of Klipper's API server, as far as a link or a curious client needs them. */
const METHODS: Readonly<Record<string, Method>> = {
  list_endpoints: () => ({ endpoints: Object.keys(METHODS) }),
  info: (_args, _client, server) => info(server),
  emergency_stop: (_args, _client, { klippy }) => {
    klippy.shutdown("Shutdown due to webhooks request");
    return {};
  },
  register_remote_method: (args, client) => {
    client.remoteMethods.set(text(args, "remote_method"), template(args));
    return {};
  },
  "gcode/script": script((args) => text(args, "script")),
  // Real Klipper helps with many more; its macros are what a queue asks for.
  "gcode/help": (_args, _client, { klippy }) => {
    const macros = klippy
      .objectNames()
      .flatMap((name) => /^gcode_macro (.+)$/.exec(name)?.[1] ?? []);
    const own = { RESTART: "Reload config file and restart host software" };
    return { ...own, ...Object.fromEntries(macros.map((name) => [name, "G-Code macro"])) };
  },
  "gcode/restart": restart,
  "gcode/firmware_restart": restart,
  "gcode/subscribe_output": (args, client) => {
    client.output = template(args);
    return {};
  },
  "objects/list": (_args, _client, { klippy }) => ({ objects: klippy.objectNames() }),
  "objects/query": async (args, _client, server) => {
    const chosen = wanted(args);
    const objects = await server.nextStatus();
    return { eventtime: server.klippy.time, status: selectStatus(objects, chosen) };
  },
  "objects/subscribe": async (args, client, server) => {
    const chosen = wanted(args);
    const answerAs = template(args);
    const objects = await server.nextStatus();
    client.status = { template: answerAs, selection: chosen };
    return { eventtime: server.klippy.time, status: selectStatus(objects, chosen) };
  },
  "pause_resume/pause": script(() => "PAUSE"),
  "pause_resume/resume": script(() => "RESUME"),
  "pause_resume/cancel": script(() => "CANCEL_PRINT"),
};

/** There before Klipper has read its configuration. */
const EARLY: ReadonlySet<string> = new Set([
  "list_endpoints",
  "info",
  "emergency_stop",
  "register_remote_method",
  "gcode/help",
  "gcode/script",
  "gcode/restart",
  "gcode/firmware_restart",
  "gcode/subscribe_output",
  "objects/list",
  "objects/query",
  "objects/subscribe",
]);

/** The result of one request; rejects with what Klipper refuses. */
export async function callKlippy(
  method: string,
  args: Arguments,
  client: KlippyClient,
  server: KlippyInside,
): Promise<unknown> {
  const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const isThere = EARLY.has(method) || server.klippy.state !== "disconnected";
  if (run === undefined || !isThere) {
    throw new WebRequestError(`webhooks: No registered callback for path '${method}'`);
  }
  return run(args, client, server);
}
