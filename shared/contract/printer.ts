import * as z from "zod";
import { KlippyState } from "./server.ts";
import { method } from "./method.ts";
import { objectSelection, string } from "./moonrakerArgs.ts";

export type { ObjectSelection } from "./moonrakerArgs.ts";

export const ObjectStatus = z.object({
  /** Klipper's monotonic clock in seconds, not Unix time. */
  eventtime: z.number(),
  status: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type ObjectStatus = z.output<typeof ObjectStatus>;

const Ok = z.literal("ok");
const read = { target: "printer", scope: "read", mutates: false } as const;
const operate = { target: "printer", scope: "operate", mutates: true, result: Ok } as const;

/** The printer behind an endpoint. */
export const printerMethods = {
  "printer.info": method({
    ...read,
    summary: "Get Klippy's state and where it runs",
    params: z.object({}),
    result: z.looseObject({
      state: KlippyState.exclude(["disconnected"]),
      state_message: z.string(),
      hostname: z.string(),
    }),
    http: { verb: "GET", path: "/printer/info", orVerb: "POST" },
  }),
  "printer.objects.list": method({
    ...read,
    summary: "List the printer objects that can be queried",
    params: z.object({}),
    result: z.object({ objects: z.array(z.string()) }),
    http: { verb: "GET", path: "/printer/objects/list", orVerb: "POST" },
  }),
  "printer.objects.query": method({
    ...read,
    summary: "Get printer objects once",
    params: z.object({ objects: objectSelection("objects") }),
    result: ObjectStatus,
    http: { verb: "GET", path: "/printer/objects/query", orVerb: "POST" },
  }),
  "printer.objects.subscribe": method({
    ...read,
    summary:
      "Be notified of changes of printer objects; replaces this connection's former subscription",
    params: z.object({ objects: objectSelection("objects") }),
    result: ObjectStatus,
    websocketOnly: true,
  }),
  "printer.print.start": method({
    ...operate,
    summary: "Print a file of the gcodes root now, as soon as plate and readiness allow",
    params: z.object({ filename: string("filename") }),
    http: { verb: "POST", path: "/printer/print/start" },
  }),
  "printer.print.pause": method({
    ...operate,
    summary: "Pause the running print",
    params: z.object({}),
    safety: true,
    http: { verb: "POST", path: "/printer/print/pause" },
  }),
  "printer.print.resume": method({
    ...operate,
    summary: "Resume the paused print",
    params: z.object({}),
    http: { verb: "POST", path: "/printer/print/resume" },
  }),
  "printer.print.cancel": method({
    ...operate,
    summary: "Cancel the running print",
    params: z.object({}),
    safety: true,
    http: { verb: "POST", path: "/printer/print/cancel" },
  }),
  "printer.emergency_stop": method({
    ...operate,
    summary: "Stop the machine at once; answers within 2 s whether the stop was sent",
    params: z.object({}),
    safety: true,
    http: { verb: "POST", path: "/printer/emergency_stop", orVerb: "GET" },
  }),
  "printer.gcode.script": method({
    ...operate,
    summary: "Run a g-code script; answers when it has ended, however long that takes",
    params: z.object({ script: string("script", "Missing Argument [script]") }),
    http: { verb: "POST", path: "/printer/gcode/script", orVerb: "GET" },
  }),
  "printer.restart": method({
    ...operate,
    summary: "Restart Klippy: its configuration is read again",
    params: z.object({}),
    http: { verb: "POST", path: "/printer/restart" },
  }),
  "printer.firmware_restart": method({
    ...operate,
    summary: "Restart Klippy and the printer's controllers: the way out of a shutdown",
    params: z.object({}),
    http: { verb: "POST", path: "/printer/firmware_restart" },
  }),
};
