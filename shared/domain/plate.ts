import * as z from "zod";

/** What lies on a printer's plate. What we do not know counts as occupied. */
export const PlateState = z.enum(["clear", "occupied", "unknown", "clearing"]);
export type PlateState = z.output<typeof PlateState>;

/** Who said or did something: a person at the board, a script, or the engine from evidence. */
export const Actor = z.object({
  kind: z.enum(["board", "api", "engine", "printer"]),
  /** Client name or address, for the journal. */
  name: z.string(),
});
export type Actor = z.output<typeof Actor>;

/** The plate with its history's last word. A word on the plate names the `revision` it answers. */
export const Plate = z.object({
  state: PlateState,
  revision: z.int().nonnegative(),
  /** Wall time in milliseconds. */
  at: z.number(),
  by: Actor,
  /** A sentence for the operator: why we believe this. */
  reason: z.string(),
  /**
   * Seconds with Undo that the speaker asked for before a start follows from this word; absent = none. A
   * restart of the program in between gives them anew.
   */
  undoGrace: z.number().optional(),
});
export type Plate = z.output<typeof Plate>;

/**
 * How a plate becomes clear after our own attempt ended `finished`; after anything else a person is asked.
 * `confirm`: a person says so. `self_clearing`: the machine needs nothing (belt, plate changer).
 * `gcode`: a clearing g-code runs and must succeed.
 */
export const PlatePolicy = z.enum(["confirm", "gcode", "self_clearing"]);
export type PlatePolicy = z.output<typeof PlatePolicy>;
