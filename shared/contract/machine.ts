import * as z from "zod";
import { method } from "./method.ts";
import { bool, optionalNumber } from "./moonrakerArgs.ts";

const read = { target: "printer", scope: "read", mutates: false } as const;
const operate = { target: "printer", scope: "operate", mutates: true } as const;
const Feed = z.looseObject({ feed: z.string(), action: z.string() });
const series = z.array(z.number().nullable());

/** The computer at the printer and what its server remembers; of this computer while the printer is off. */
export const machineMethods = {
  "machine.system_info": method({
    ...read,
    summary: "Get what computer runs the printer; this one while the printer is off",
    params: z.object({}),
    result: z.looseObject({ system_info: z.looseObject({}) }),
    http: { verb: "GET", path: "/machine/system_info" },
  }),
  "machine.proc_stats": method({
    ...read,
    summary: "Get the load of the computer that runs the printer; of this one while it is off",
    params: z.object({}),
    result: z.looseObject({ system_uptime: z.number().optional() }),
    http: { verb: "GET", path: "/machine/proc_stats" },
  }),
  "server.gcode_store": method({
    ...read,
    summary:
      "Get the last lines of the g-code console; while the printer is off, those heard here before",
    params: z.object({ count: optionalNumber("count") }),
    result: z.object({
      gcode_store: z.array(
        z.looseObject({ message: z.string(), time: z.number(), type: z.string() }),
      ),
    }),
    http: { verb: "GET", path: "/server/gcode_store" },
  }),
  "server.temperature_store": method({
    ...read,
    summary:
      "Get the last 20 minutes of every temperature; while the printer is off, those heard here, null since then",
    params: z.object({ include_monitors: bool("include_monitors", false) }),
    result: z.record(
      z.string(),
      z.looseObject({
        temperatures: series,
        targets: series.optional(),
        powers: series.optional(),
        speeds: series.optional(),
      }),
    ),
    http: { verb: "GET", path: "/server/temperature_store" },
  }),
  "server.webcams.list": method({
    ...read,
    summary: "List the printer's cameras, with addresses that work from anywhere in the network",
    params: z.object({}),
    result: z.object({ webcams: z.array(z.looseObject({ name: z.string() })) }),
    http: { verb: "GET", path: "/server/webcams/list" },
  }),
  "server.announcements.list": method({
    ...read,
    summary: "List announcements of the printer's software",
    params: z.object({ include_dismissed: bool("include_dismissed", true) }),
    result: z.looseObject({ entries: z.array(z.unknown()), feeds: z.array(z.string()) }),
    http: { verb: "GET", path: "/server/announcements/list" },
  }),
  "server.announcements.feeds": method({
    ...read,
    summary: "List the feeds announcements come from; none while the printer is off",
    params: z.object({}),
    result: z.looseObject({ feeds: z.array(z.string()) }),
    http: { verb: "GET", path: "/server/announcements/feeds" },
  }),
  "server.announcements.update": method({
    ...operate,
    summary: "Look for announcements; while the printer is off there are none",
    params: z.object({ subscriptions: z.array(z.string()).optional() }),
    result: z.looseObject({
      entries: z.array(z.unknown()),
      feeds: z.array(z.string()),
      modified: z.boolean(),
    }),
    http: { verb: "POST", path: "/server/announcements/update" },
  }),
  "server.announcements.dismiss": method({
    ...operate,
    summary: "Dismiss an announcement; while the printer is off none is known",
    params: z.object({ entry_id: z.string(), wake_time: optionalNumber("wake_time") }),
    result: z.looseObject({ entry_id: z.string() }),
    http: { verb: "POST", path: "/server/announcements/dismiss" },
  }),
  "server.announcements.post_feed": method({
    ...operate,
    summary: "Add a feed of announcements; while the printer is off it is `skipped`",
    params: z.object({ name: z.string() }),
    result: Feed,
    http: { verb: "POST", path: "/server/announcements/feed" },
  }),
  "server.announcements.delete_feed": method({
    ...operate,
    summary: "Remove a feed of announcements; while the printer is off it is `skipped`",
    params: z.object({ name: z.string() }),
    result: Feed,
    http: { verb: "DELETE", path: "/server/announcements/feed" },
  }),
};
