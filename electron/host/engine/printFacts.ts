import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import * as z from "zod";

/** What a printer says of its present print. Absent objects read as idle, absent numbers as null. */
export interface PrintFacts {
  /** webhooks.state; null when not reported. */
  readonly webhooks: string | null;
  /** print_stats.state: standby, printing, paused, complete, cancelled, error. */
  readonly state: string;
  readonly filename: string;
  readonly message: string;
  /** print_stats.total_duration in seconds; falls to 0 with each new print. */
  readonly totalDuration: number;
  readonly isPaused: boolean;
  readonly sdActive: boolean;
  /** idle_timeout.state, which follows the toolhead and not the file; null when not reported. */
  readonly idle: string | null;
  /** toolhead.print_time in seconds: stands still while nothing is asked of the machine; null = not reported. */
  readonly printTime: number | null;
  /** toolhead.print_time not beyond estimated_print_time: the planned motion is over; null = not reported. */
  readonly atRest: boolean | null;
}

const text = z.string().catch("");
const word = z.string().nullable().catch(null);
const flag = z.boolean().catch(false);
const count = z.number().nullable().catch(null);

const Objects = z.object({
  webhooks: z.object({ state: word }).catch({ state: null }),
  print_stats: z
    .object({ state: text, filename: text, message: text, total_duration: z.number().catch(0) })
    .catch({ state: "", filename: "", message: "", total_duration: 0 }),
  pause_resume: z.object({ is_paused: flag }).catch({ is_paused: false }),
  virtual_sdcard: z.object({ is_active: flag }).catch({ is_active: false }),
  idle_timeout: z.object({ state: word }).catch({ state: null }),
  toolhead: z
    .object({ print_time: count, estimated_print_time: count })
    .catch({ print_time: null, estimated_print_time: null }),
});

/** Reads the merged status of a session. Never throws: a printer may send anything. */
export function readPrintFacts(status: PrinterObjects): PrintFacts {
  const read = Objects.parse(status);
  const { print_time: planned, estimated_print_time: reached } = read.toolhead;
  return {
    webhooks: read.webhooks.state,
    state: read.print_stats.state,
    filename: read.print_stats.filename,
    message: read.print_stats.message,
    totalDuration: read.print_stats.total_duration,
    isPaused: read.pause_resume.is_paused,
    sdActive: read.virtual_sdcard.is_active,
    idle: read.idle_timeout.state,
    printTime: planned,
    atRest: planned === null || reached === null ? null : planned <= reached,
  };
}

/** True while Klipper works a file or keeps one paused. */
export function hasPrint(facts: PrintFacts): boolean {
  return facts.state === "printing" || facts.state === "paused";
}
