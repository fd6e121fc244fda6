import * as z from "zod";
import { PrinterId } from "./ids.ts";
import { PlatePolicy } from "./plate.ts";

/** Where a printer is reached. */
export const LinkConfig = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("moonraker"),
    /** http(s) address of the printer's Moonraker, a path prefix allowed, no trailing slash. */
    url: z.string(),
    apiKey: z.string().nullable(),
  }),
  /** Klipper's own API socket, without a Moonraker. */
  z.object({
    kind: z.literal("klipper"),
    /** Absolute path of the Unix socket, or `host:port` of a bridge to it. */
    socket: z.string(),
    /** Where the printer's virtual_sdcard folder is on this computer; null = where Klipper says it is. */
    folder: z.string().nullable(),
  }),
  /** A simulated printer of this host; `seat` tells them apart and survives restarts. */
  z.object({ kind: z.literal("simulated"), seat: z.int().nonnegative() }),
]);
export type LinkConfig = z.output<typeof LinkConfig>;

/**
 * What must be seen before a clearing g-code counts as done, besides that it ran without an error.
 * `line`: the macro RESPONDs with it. `field`: an object of Klipper has this value when the g-code has ended.
 */
export const ClearEvidence = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("line"), text: z.string().min(1).max(200) }),
  z.object({
    kind: z.literal("field"),
    object: z.string().min(1).max(200),
    field: z.string().min(1).max(200),
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
]);
export type ClearEvidence = z.output<typeof ClearEvidence>;

/** How a printer's queue behaves; the first four are Moonraker's options, with its defaults where safe. */
export const PrinterOptions = z.object({
  automaticTransition: z.boolean(),
  loadOnStartup: z.boolean(),
  /** Seconds between a clear plate and the next load. */
  jobTransitionDelay: z.number().nonnegative(),
  jobTransitionGcode: z.string(),
  platePolicy: PlatePolicy,
  /** Seconds with Undo between a clear from the board and the start it leads to, 0-30. */
  clearGrace: z.number().min(0).max(30),
  /** Whether `start` may count as a word on the plate. */
  startClearsPlate: z.enum(["idle", "never"]),
  /** After a failed, cancelled, interrupted or unknown attempt: hold the queue or go on. */
  afterFailure: z.enum(["hold", "continue"]),
  // What follows came later: a stored record without it stands for the value given.
  /** With `continue`: prints in a row that may fail before the queue holds all the same. */
  maxFailures: z.int().min(1).max(100).default(3),
  clearEvidence: ClearEvidence.nullable().default(null),
  /** Seconds after which a clearing or transition g-code that has not ended leaves the plate unknown. */
  clearDeadline: z.number().min(10).max(86_400).default(5_400),
  /** Whether `powerDevice` is switched on when a job may start. Nothing is ever switched off. */
  powerOn: z.enum(["never", "when_job_may_start"]).default("never"),
  /** Name of a power device of the printer's Moonraker; "" = none. */
  powerDevice: z.string().max(100).default(""),
  /** Whether the next file is brought over while the printer prints, or only while nothing prints there. */
  prestage: z.enum(["auto", "idle_only"]).default("auto"),
  /** True = no print starts here; the reason is shown. */
  outOfService: z.boolean(),
});
export type PrinterOptions = z.output<typeof PrinterOptions>;

export const DEFAULT_PRINTER_OPTIONS: PrinterOptions = {
  automaticTransition: true,
  loadOnStartup: false,
  jobTransitionDelay: 0,
  jobTransitionGcode: "",
  platePolicy: "confirm",
  clearGrace: 5,
  startClearsPlate: "idle",
  afterFailure: "hold",
  maxFailures: 3,
  clearEvidence: null,
  clearDeadline: 5_400,
  powerOn: "never",
  powerDevice: "",
  prestage: "auto",
  outOfService: false,
};

/** A printer as stored. */
export const Printer = z.object({
  id: PrinterId,
  name: z.string().min(1).max(80),
  /** Place on the board. */
  order: z.int(),
  link: LinkConfig,
  options: PrinterOptions,
  tags: z.array(z.string()),
  /** Wall milliseconds. */
  createdAt: z.number(),
});
export type Printer = z.output<typeof Printer>;
