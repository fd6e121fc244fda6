import * as z from "zod";
import { PrinterId } from "../domain/ids.ts";
import { TestedPrinter } from "./farm.ts";
import { method } from "./method.ts";

/** A Moonraker that answered a search. */
export const FoundPrinter = z.object({
  /** As it would be added. */
  address: z.string(),
  /** What it is called in the announcement or by itself. */
  name: z.string(),
  source: z.enum(["mdns", "probe"]),
  /** What the test of the address said. */
  tested: TestedPrinter,
  /** Already a printer of this farm. */
  known: PrinterId.nullable(),
});
export type FoundPrinter = z.output<typeof FoundPrinter>;

export const DiscoveryStatus = z.object({
  running: z.boolean(),
  /** Addresses tried and to be tried by the probe; 0 of 0 without one. */
  done: z.int(),
  total: z.int(),
  found: z.array(FoundPrinter),
  /** What part of the search could not be done, and why. */
  problems: z.array(z.string()),
});
export type DiscoveryStatus = z.output<typeof DiscoveryStatus>;

const read = { target: "host", scope: "read", mutates: false } as const;
const admin = { target: "host", scope: "admin", mutates: true } as const;

/** Looking for printers in the local network; nothing is sent before `start`. */
export const farmDiscoveryMethods = {
  "farm.discovery.networks": method({
    ...read,
    summary: "List the networks this computer is in, as far as they may be probed",
    params: z.strictObject({}),
    result: z.object({
      networks: z.array(z.object({ cidr: z.string(), interface: z.string(), addresses: z.int() })),
    }),
  }),
  "farm.discovery.start": method({
    ...admin,
    summary:
      "Search for printers: by their announcements (mDNS) and, if networks are named, by asking port 7125 of each address. A search under way is given up",
    params: z.strictObject({
      announcements: z.boolean().default(true),
      networks: z
        .array(z.string().max(43))
        .max(8)
        .default([])
        .describe("CIDR, e.g. 192.168.1.0/24; 1024 addresses in all at most"),
    }),
    result: DiscoveryStatus,
  }),
  "farm.discovery.status": method({
    ...read,
    summary: "Get how far the search is and what it found",
    params: z.strictObject({}),
    result: DiscoveryStatus,
  }),
  "farm.discovery.cancel": method({
    ...admin,
    summary: "Give the search up; what was found stays listed",
    params: z.strictObject({}),
    result: DiscoveryStatus,
  }),
};
