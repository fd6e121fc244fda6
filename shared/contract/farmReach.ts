import * as z from "zod";
import { PrinterId } from "../domain/ids.ts";
import { method } from "./method.ts";

/** Which of a printer's two endpoints: the truthful one, or the one that is always ready and queues. */
const EndpointKind = z.enum(["printer", "queue"]);

export const PortView = z.object({
  printer: PrinterId,
  endpoint: EndpointKind,
  port: z.int(),
  /** Why it cannot be used now; it is tried again. */
  problem: z.string().nullable(),
});
export type PortView = z.output<typeof PortView>;

export const ReachView = z.object({
  /** Origins of other web front ends that may control printers, such as `http://mainsail.local`. */
  origins: z.array(z.string()),
  /** Printers are announced in the local network, as Moonraker announces itself. */
  announce: z.boolean(),
  /** Why nothing is announced although it was asked for. */
  announce_problem: z.string().nullable(),
  /** Ports at which one printer is the whole server, for clients that cannot take a path. */
  ports: z.array(PortView),
});
export type ReachView = z.output<typeof ReachView>;

const admin = { target: "host", scope: "admin", mutates: true, result: ReachView } as const;

/** How other programs and computers get to the printers. */
export const farmReachMethods = {
  "farm.reach.get": method({
    target: "host",
    scope: "read",
    mutates: false,
    summary:
      "Get ports of single printers, allowed web origins, and whether printers are announced",
    params: z.strictObject({}),
    result: ReachView,
    http: { verb: "GET", path: "/farm/reach" },
  }),
  "farm.reach.set": method({
    ...admin,
    summary: "Allow web origins and announce printers; what is left out stays",
    params: z.strictObject({
      origins: z.array(z.string().max(300)).max(50).optional(),
      announce: z.boolean().optional(),
    }),
  }),
  "farm.reach.set_port": method({
    ...admin,
    summary: "Give a printer's endpoint a port of its own, 0 = any free one; null takes it away",
    params: z.strictObject({
      printer: PrinterId,
      endpoint: EndpointKind.default("queue"),
      port: z.int().min(0).max(65_535).nullable(),
    }),
  }),
};
