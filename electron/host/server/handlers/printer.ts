import { hostname } from "node:os";
import type { ObjectSelection, printerMethods } from "#shared/contract/printer.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import * as z from "zod";
import type { FarmPrinter } from "../../engine/farm.ts";
import { requirePrinter, type Call, type HandlersOf } from "../call.ts";
import {
  asToldBy,
  endpointStatus,
  klippyNotConnected,
  trueKlippyState,
} from "../endpointStatus.ts";
import type { Endpoint } from "../endpoints.ts";
import { ObjectSubscription, selectStatus } from "../objectSubscription.ts";
import type { HandlerParts } from "../parts.ts";
import { pathOnPrinter } from "../printerFiles.ts";
import { askPrinter } from "../printerSide.ts";
import { soleStart, withNames } from "../scripts.ts";

const OK = "ok" as const;
const READY_INFO = { state: "ready", state_message: "Printer is ready" } as const;
/** Members that clients take for granted, of a Klippy nobody can ask. */
const UNKNOWN_INFO = {
  software_version: "unknown",
  cpu_info: "",
  klipper_path: "",
  python_path: "",
  log_file: "",
  config_file: "",
};
const PrinterInfo = z.looseObject({
  state: z.enum(["startup", "ready", "error", "shutdown"]),
  state_message: z.string(),
  hostname: z.string(),
});
const ObjectList = z.object({ objects: z.array(z.string()) });
const QueriedStatus = z.object({ status: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The printer behind an endpoint: what it is, what it says, and its print under way. */
export function printerHandlers(parts: HandlerParts): HandlersOf<typeof printerMethods> {
  const { clock, library, claims, printerFiles, stagedNames, followed, memory, tellConsole } =
    parts;

  /** What the host does not follow is asked of the printer once. */
  const query = async (call: Call, selection: ObjectSelection) => {
    const printer = requirePrinter(call);
    const status = printer.link.status();
    const { state } = printer.link;
    const present = state.kind === "connected" ? state.session?.objects : undefined;
    const absent = Object.entries(selection).filter(
      ([name, fields]) =>
        (present?.includes(name) ?? true) &&
        (fields === null || fields.some((field) => status[name]?.[field] === undefined)),
    );
    const canAsk = trueKlippyState(state) !== "disconnected";
    if (absent.length === 0 || !canAsk) return followedOf(call, selection);
    const objects = Object.fromEntries(absent);
    const answer = await printer.link.request("printer.objects.query", { objects });
    const asked = Object.entries(QueriedStatus.parse(answer).status);
    // A Klippy that is not ready has no session and yet something to say, of the objects it has.
    const said = Object.fromEntries(asked.filter(([, fields]) => Object.keys(fields).length > 0));
    const known = call.endpoint.kind === "queue" ? endpointStatus(printer, call.endpoint) : status;
    return answered(printer, { ...known, ...said }, selection, call.endpoint);
  };
  /** What the host follows of it, without asking. */
  const followedOf = (call: Call, selection: ObjectSelection) => {
    const printer = requirePrinter(call);
    return answered(printer, endpointStatus(printer, call.endpoint), selection, call.endpoint);
  };
  const answered = (
    { id }: FarmPrinter,
    status: PrinterObjects,
    selection: ObjectSelection,
    endpoint: Endpoint,
  ) => {
    const translated = stagedNames.translateStatus(id, asToldBy(endpoint, status));
    return { eventtime: clock.monotonic() / 1000, status: selectStatus(translated, selection) };
  };
  /** What goes to the printer as it came. */
  const relay = async (call: Call, method: string): Promise<typeof OK> => {
    await connected(call).link.request(method);
    return OK;
  };

  const start = async (filename: string, call: Call): Promise<typeof OK> => {
    const printer = requirePrinter(call);
    const { id, engine } = printer;
    const asked = stagedNames.translate(id, filename.replace(/^\//, ""));
    const name = await printerFiles.nameInTree(printer, asked);
    await printerFiles.bringIn(printer, name);
    const file = library.find(id, name);
    if (file === undefined) {
      tellConsole(id, "!! Unable to open file");
      throw new AppError("bad_request", "Unable to open file");
    }
    const { content } = file;
    if (call.session === null && claims.use(call.endpoint, id, name, content)) return OK;
    const item = { filename: name, content, copies: 1 };
    // A slicer's endpoint only ever queues: it is told the printer is ready whatever it does.
    await engine.apply(
      call.endpoint.kind === "queue"
        ? { kind: "post", items: [item], at: "end", hold: null, note: "", start: false }
        : { kind: "print_now", item },
      call.actor,
    );
    return OK;
  };
  /** What the printer calls a file that we call `name`. */
  const atPrinter = (printer: FarmPrinter, name: string): string =>
    pathOnPrinter(name) ?? stagedNames.stagedAt(printer.id, name) ?? name;

  return {
    "printer.info": async (_, call) => {
      if (call.endpoint.kind !== "queue") {
        return PrinterInfo.parse(await connected(call).link.request("printer.info"));
      }
      // Where jobs are queued, Klippy is ready whatever the machine does.
      const info = PrinterInfo.safeParse(await askPrinter(stagedNames, "printer.info", {}, call));
      return { hostname: hostname(), ...UNKNOWN_INFO, ...info.data, ...READY_INFO };
    },
    "printer.objects.list": async (_, call) => {
      const printer = requirePrinter(call);
      const { state } = printer.link;
      const session = state.kind === "connected" ? state.session : null;
      if (session !== null) return { objects: [...session.objects] };
      if (call.endpoint.kind === "printer" && trueKlippyState(state) !== "disconnected") {
        return ObjectList.parse(await printer.link.request("printer.objects.list"));
      }
      return { objects: Object.keys(endpointStatus(printer, call.endpoint)) };
    },
    "printer.objects.query": ({ objects }, call) => query(call, objects),
    "printer.objects.subscribe": async ({ objects }, call) => {
      const { session } = call;
      if (session === null) {
        throw new AppError("bad_request", "No connection associated with subscription request");
      }
      const printer = requirePrinter(call);
      if (Object.keys(objects).length === 0) {
        session.subscribe(null);
        return followedOf(call, {});
      }
      const subscription = new ObjectSubscription(printer.id, objects, clock, (delta, eventtime) =>
        session.notify("notify_status_update", [copyOf(delta), eventtime]),
      );
      session.subscribe(subscription);
      try {
        await followed.cover(printer);
        const hasSession = Object.keys(printer.link.status()).length > 0;
        const answer = hasSession ? followedOf(call, objects) : await query(call, objects);
        subscription.open();
        return answer;
      } catch (error) {
        if (session.subscription === subscription) session.subscribe(null);
        throw error;
      }
    },
    "printer.print.start": ({ filename }, call) => start(filename, call),
    "printer.print.pause": async (_, call) => {
      await requirePrinter(call).engine.pausePrint(call.actor);
      return OK;
    },
    "printer.print.resume": async (_, call) => {
      await requirePrinter(call).engine.resumePrint(call.actor);
      return OK;
    },
    "printer.print.cancel": async (_, call) => {
      await requirePrinter(call).engine.cancelPrint(call.actor);
      return OK;
    },
    "printer.emergency_stop": async (_, call) => {
      await requirePrinter(call).engine.emergencyStop(call.actor);
      return OK;
    },
    "printer.gcode.script": async ({ script }, call) => {
      const printer = connected(call);
      memory.noteCommand(printer.id, script);
      const name = soleStart(script);
      const isOurs = name !== null && library.find(printer.id, name) !== undefined;
      // A file kept here starts in one way only, however it is asked for.
      if (isOurs) return start(name, call);
      await printer.link.runGcode(withNames(script, (called) => atPrinter(printer, called)));
      return OK;
    },
    "printer.restart": (_, call) => relay(call, "printer.restart"),
    "printer.firmware_restart": (_, call) => relay(call, "printer.firmware_restart"),
  };
}

/** The printer, provided a Klippy can hear us. */
function connected(call: Call) {
  const printer = requirePrinter(call);
  if (trueKlippyState(printer.link.state) === "disconnected") throw klippyNotConnected();
  return printer;
}

function copyOf(
  delta: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(Object.entries(delta).map(([name, fields]) => [name, { ...fields }]));
}
