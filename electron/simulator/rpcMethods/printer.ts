import { selection, text } from "../moonraker/arguments.ts";
import type { Moonraker } from "../moonraker/moonraker.ts";
import { ServerError } from "../moonraker/serverError.ts";
import { runScript, startPrint } from "../moonraker/startPrint.ts";
import { selectStatus } from "../moonraker/statusFeed.ts";
import type { MethodTable } from "./method.ts";

const HOME = "/home/pi/printer_data";

function requireKlippy(moonraker: Moonraker): void {
  if (moonraker.options.klippy.state === "disconnected") {
    throw new ServerError(503, "Klippy Host not connected");
  }
}

/** Methods Klipper registers when it connects: before its first connection they do not exist. */
export const KLIPPY_METHODS: ReadonlySet<string> = new Set([
  "printer.info",
  "printer.objects.list",
  "printer.objects.query",
  "printer.objects.subscribe",
  "printer.gcode.script",
  "printer.gcode.help",
  "printer.emergency_stop",
]);

async function script(moonraker: Moonraker, lines: string): Promise<string> {
  await runScript(moonraker, lines);
  return "ok";
}

export const printerMethods: MethodTable = {
  "printer.info": (_args, { moonraker }) => {
    requireKlippy(moonraker);
    const { klippy, name } = moonraker.options;
    return {
      state: klippy.state,
      state_message: klippy.message,
      hostname: name,
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
  },
  "printer.objects.list": (_args, { moonraker }) => {
    requireKlippy(moonraker);
    return { objects: moonraker.options.klippy.objectNames() };
  },
  "printer.objects.query": async (args, { moonraker }) => {
    const chosen = selection(args);
    requireKlippy(moonraker);
    const status = selectStatus(await moonraker.nextStatus(), chosen);
    return { eventtime: moonraker.options.klippy.time, status };
  },
  "printer.objects.subscribe": async (args, { moonraker, session }) => {
    if (session === null) {
      throw new ServerError(400, "No connection associated with subscription request");
    }
    const chosen = selection(args);
    requireKlippy(moonraker);
    const objects = await moonraker.nextStatus();
    requireKlippy(moonraker);
    session.subscription = chosen;
    return { eventtime: moonraker.options.klippy.time, status: selectStatus(objects, chosen) };
  },
  "printer.print.start": async (args, { moonraker }) => {
    await startPrint(moonraker, text(args, "filename"));
    return "ok";
  },
  "printer.print.pause": (_args, { moonraker }) => script(moonraker, "PAUSE"),
  "printer.print.resume": (_args, { moonraker }) => script(moonraker, "RESUME"),
  "printer.print.cancel": (_args, { moonraker }) => script(moonraker, "CANCEL_PRINT"),
  "printer.gcode.script": async (args, { moonraker }) => {
    const lines = args["script"];
    if (lines === undefined) throw new ServerError(400, "Missing Argument [script]");
    if (typeof lines !== "string") throw new ServerError(400, "Invalid Argument Type [script]");
    if (lines !== "") moonraker.options.append({ event: "script", message: lines });
    return script(moonraker, lines);
  },
  "printer.emergency_stop": (_args, { moonraker }) => {
    requireKlippy(moonraker);
    moonraker.options.klippy.shutdown("Shutdown due to webhooks request");
    return "ok";
  },
  "printer.restart": (_args, { moonraker }) => {
    requireKlippy(moonraker);
    moonraker.options.klippy.restart();
    return "ok";
  },
  "printer.firmware_restart": (_args, { moonraker }) => {
    requireKlippy(moonraker);
    moonraker.options.klippy.restart();
    return "ok";
  },
};
