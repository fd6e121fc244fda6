import * as z from "zod";
import { Attempt } from "./attempt.ts";

/** The wire word of Moonraker's job queue. */
export const QueueState = z.enum(["ready", "loading", "starting", "paused"]);
export type QueueState = z.output<typeof QueueState>;

/** Why a copy does not start now. Each is one line on its row and one code for scripts. */
export const ReasonCode = z.enum([
  "behind", // not the head of the queue
  "not_armed",
  "link_down",
  "klippy_disconnected",
  "klippy_not_ready",
  "printing",
  "paused_print",
  "sdcard_active",
  "moving",
  "plate_occupied",
  "plate_unknown",
  "plate_clearing",
  "decision_open",
  "reconciling",
  "held",
  "out_of_service",
  "powering_on",
  "wrong_machine",
  "not_staged",
  "staging_failed",
  "needs_start",
  "delay",
  "undo_grace",
  "not_master", // another computer manages this printer
  "foreign_queue", // the printer's own job queue awaits a person's word
]);
export type ReasonCode = z.output<typeof ReasonCode>;

export const Reason = z.object({ code: ReasonCode, text: z.string() });
export type Reason = z.output<typeof Reason>;

/**
 * What was last known of the printer's prints. A copy queued while the printer was off starts by
 * itself only when this has not changed meanwhile ("nothing happened").
 */
export const LastSeen = z.object({
  historyJobId: z.string().nullable(),
  /** When that print began, Unix seconds; null = no entry, or a record of before this was kept. */
  historyStartTime: z.number().nullable().default(null),
  klippyProcess: z.string().nullable(),
  filename: z.string(),
  state: z.string(),
  totalDuration: z.number(),
  /**
   * toolhead.print_time of an idle machine, seconds. Kept only where print_stats was empty and no history is
   * kept: a print that was made and reset has left no other trace.
   */
  printTime: z.number().nullable().default(null),
});
export type LastSeen = z.output<typeof LastSeen>;

/**
 * Small facts a queue remembers across restarts and that nothing searches by. Every field has the value
 * that a row written before it existed stands for.
 */
export const QueueMemory = z.object({
  /**
   * Starts that were sent, or may have been, and that the printer verifiably had not done when it was
   * asked. A printer may yet do one, minutes later: then it is ours. One per copy that still waits.
   */
  unperformed: z.array(Attempt).default([]),
  /** Prints that did not finish since the last one that did, or since a person started the queue. */
  failures: z.int().nonnegative().default(0),
  /**
   * The finished print whose part lies on the plate. Its good parts can be counted with the word that clears
   * the plate, as long as nothing else has been said of it: `plate` is the revision that belongs to the print.
   */
  uncounted: z.object({ attempt: Attempt, plate: z.int() }).nullable().default(null),
  /** The printer's address was changed and nothing has been seen there yet. */
  relocated: z.boolean().default(false),
});
export type QueueMemory = z.output<typeof QueueMemory>;

export const EMPTY_MEMORY: QueueMemory = {
  unperformed: [],
  failures: 0,
  uncounted: null,
  relocated: false,
};
