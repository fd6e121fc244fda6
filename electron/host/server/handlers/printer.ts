import type { ObjectSelection, printerMethods } from "#shared/contract/printer.ts";
import { AppError } from "#shared/rpc/errors.ts";
import * as z from "zod";
import { requirePrinter, type Call, type HandlersOf } from "../call.ts";
import { endpointStatus, klippyNotConnected, trueKlippyState } from "../endpointStatus.ts";
import { ObjectSubscription, selectStatus } from "../objectSubscription.ts";
import type { HandlerParts } from "../parts.ts";

const OK = "ok" as const;
const PrinterInfo = z.looseObject({
  state: z.enum(["startup", "ready", "error", "shutdown"]),
  state_message: z.string(),
  hostname: z.string(),
});
const QueriedStatus = z.object({ status: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The printer behind an endpoint: what it is, what it says, and its print under way. */
export function printerHandlers(parts: HandlerParts): HandlersOf<typeof printerMethods> {
  const { clock, library, stagedNames, tellConsole } = parts;

  /** Objects the host does not watch are asked of the printer once. */
  const query = async (call: Call, selection: ObjectSelection) => {
    const printer = requirePrinter(call);
    const known = endpointStatus(printer, call.endpoint);
    const { state } = printer.link;
    const present = state.kind === "connected" ? (state.session?.objects ?? []) : [];
    const absent = Object.entries(selection).filter(
      ([name]) => !Object.hasOwn(known, name) && present.includes(name),
    );
    const asked =
      absent.length === 0
        ? {}
        : QueriedStatus.parse(
            await printer.link.request("printer.objects.query", {
              objects: Object.fromEntries(absent),
            }),
          ).status;
    const status = stagedNames.translateStatus(printer.id, { ...known, ...asked });
    return { eventtime: clock.monotonic() / 1000, status: selectStatus(status, selection) };
  };
  /** What goes to the printer as it came. */
  const relay = async (call: Call, method: string): Promise<typeof OK> => {
    await connected(call).link.request(method);
    return OK;
  };

  return {
    "printer.info": async (_, call) => {
      const info = await connected(call).link.request("printer.info");
      return PrinterInfo.parse(info);
    },
    "printer.objects.list": (_, call) => {
      const printer = requirePrinter(call);
      const { state } = printer.link;
      const session = state.kind === "connected" ? state.session : null;
      const objects = session?.objects ?? Object.keys(endpointStatus(printer, call.endpoint));
      return { objects: [...objects] };
    },
    "printer.objects.query": ({ objects }, call) => query(call, objects),
    "printer.objects.subscribe": async ({ objects }, call) => {
      const { session } = call;
      if (session === null) {
        throw new AppError("bad_request", "No connection associated with subscription request");
      }
      const answer = await query(call, objects);
      const cancels = Object.keys(objects).length === 0;
      session.subscribe(
        cancels
          ? null
          : new ObjectSubscription(requirePrinter(call).id, objects, clock, (delta, eventtime) =>
              session.notify("notify_status_update", [copyOf(delta), eventtime]),
            ),
      );
      return answer;
    },
    "printer.print.start": async ({ filename }, call) => {
      const { id, engine } = requirePrinter(call);
      const name = stagedNames.translate(id, filename.replace(/^\//, ""));
      const file = library.find(id, name);
      if (file === undefined) {
        tellConsole(id, "!! Unable to open file");
        throw new AppError("bad_request", "Unable to open file");
      }
      const item = { filename: name, content: file.content, copies: 1 };
      // A slicer's endpoint only ever queues: it is told the printer is ready whatever it does.
      await engine.apply(
        call.endpoint.kind === "queue"
          ? { kind: "post", items: [item], at: "end", hold: null, note: "", start: false }
          : { kind: "print_now", item },
        call.actor,
      );
      return OK;
    },
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
      await connected(call).link.runGcode(script);
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
