import { forgetPlate, setPlate } from "./plateLedger.ts";
import { blockers, canLoad, headCopy } from "./queuePolicy.ts";
import type { Turn } from "./turn.ts";

/**
 * Whether the g-code between two prints is due: after the plate is known clear; under the policy `gcode`
 * it is what clears the plate, after our own finished print only. It never runs before a `start`.
 */
export function needsClearing(turn: Turn): boolean {
  const { options, world, stored } = turn;
  if (options.jobTransitionGcode === "" || world.cleared || world.clearing !== null) return false;
  if (options.platePolicy !== "gcode") {
    return !world.skipTransition && canLoad(turn.model, "load");
  }
  if (stored.plate.state !== "occupied" || world.lastEnded?.state !== "finished") return false;
  const others = blockers(turn.model, "load").filter((reason) => reason.code !== "plate_occupied");
  return headCopy(turn.model) !== undefined && others.length === 0;
}

/** The intent is stored as the plate's state: a crash from here on leaves `clearing`, hence `unknown`. */
export function beginClearing(turn: Turn): void {
  const { session } = turn.world;
  if (session === null) return;
  setPlate(turn, "clearing", "The g-code between two prints is running.");
  turn.know({ clearing: { klippyProcess: session.klippyProcess, failure: null }, ownMotion: true });
  turn.record("clearing_begun");
  turn.effect({ kind: "run_gcode", script: turn.options.jobTransitionGcode });
}

/** Klipper answers ok to an unknown command and reports it as a line only. */
export function watchClearing(turn: Turn, line: string): void {
  const { clearing } = turn.world;
  if (clearing === null || clearing.failure !== null) return;
  if (line.startsWith("!!") || /unknown command/i.test(line)) {
    turn.know({ clearing: { ...clearing, failure: line } });
  }
}

/** It has succeeded only without an error, without an error line, and in the same Klippy, still ready. */
export function clearingEnded(turn: Turn, failure: string | null): void {
  const { clearing, session, klippy } = turn.world;
  if (clearing === null) return;
  const sameProcess = klippy === "ready" && session?.klippyProcess === clearing.klippyProcess;
  const why = failure ?? clearing.failure ?? (sameProcess ? null : "Klipper was restarted.");
  turn.know({ clearing: null, cleared: why === null, lastEnded: null });
  turn.record("clearing_ended", { failure: why });
  if (why === null) return setPlate(turn, "clear", "The g-code between two prints has run.");
  forgetPlate(turn, `The g-code between two prints failed: ${why}`);
  turn.store({ armed: false });
}
