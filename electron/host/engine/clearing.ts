import type { ClearEvidence } from "#shared/domain/printer.ts";
import { forgetPlate, setPlate } from "./plateLedger.ts";
import { type Clearing, TIMES } from "./queueModel.ts";
import { canEject, canLoad } from "./queuePolicy.ts";
import type { Turn } from "./turn.ts";

/**
 * Whether the g-code between two prints is due: after the plate is known clear; under the policy `gcode`
 * it is what clears the plate, after our own finished print only. It never runs before a `start`.
 */
export function needsClearing(turn: Turn): boolean {
  const { options, world } = turn;
  if (options.jobTransitionGcode === "" || world.cleared || world.clearing !== null) return false;
  if (options.platePolicy === "gcode") return canEject(turn.model, "load");
  return !world.skipTransition && canLoad(turn.model, "load");
}

/** The intent is stored as the plate's state: a crash from here on leaves `clearing`, hence `unknown`. */
export function beginClearing(turn: Turn): void {
  const { session } = turn.world;
  if (session === null) return;
  setPlate(turn, "clearing", "The g-code between two prints is running.");
  turn.know({
    clearing: {
      klippyProcess: session.klippyProcess,
      since: turn.now.mono,
      failure: null,
      lineSeen: false,
      endedAt: null,
      fieldAsked: 0,
      fieldSeen: null,
    },
    ownMotion: true,
  });
  turn.record("clearing_begun");
  turn.effect({
    kind: "run_gcode",
    epoch: session.epoch,
    script: turn.options.jobTransitionGcode,
  });
}

/** Klipper answers ok to an unknown command and reports it as a line only. */
export function watchClearing(turn: Turn, line: string): void {
  const { clearing } = turn.world;
  if (clearing === null) return;
  if (clearing.failure === null && (line.startsWith("!!") || /unknown command/i.test(line))) {
    return turn.know({ clearing: { ...clearing, failure: line } });
  }
  const evidence = turn.options.clearEvidence;
  if (evidence?.kind === "line" && saysExactly(line, evidence.text)) {
    turn.know({ clearing: { ...clearing, lineSeen: true } });
  }
}

/** RESPOND puts a prefix before its text: "// " or "echo: " by type, or one of its own. */
function saysExactly(line: string, text: string): boolean {
  return line.trim() === text || line.replace(/^(?:\/\/|echo:|!!)\s*/, "").trim() === text;
}

/** Its request was answered: with an error it has failed, without one its evidence decides. */
export function clearingEnded(turn: Turn, failure: string | null): void {
  const { clearing } = turn.world;
  if (clearing === null) return;
  const why = failure ?? clearing.failure;
  if (why !== null) return conclude(turn, why);
  turn.know({ clearing: { ...clearing, endedAt: turn.now.mono } });
}

/** Ends a clearing when its evidence has come, has failed to come, or when it takes too long. */
export function followClearing(turn: Turn): void {
  const { clearing, session, klippy } = turn.world;
  if (clearing === null) return;
  const { mono } = turn.now;
  if (clearing.endedAt === null) {
    if (mono - clearing.since < turn.options.clearDeadline * 1_000) return;
    return conclude(turn, `It has not ended within ${duration(turn.options.clearDeadline)}.`);
  }
  if (clearing.failure !== null) return conclude(turn, clearing.failure);
  if (klippy !== "ready" || session?.klippyProcess !== clearing.klippyProcess) {
    return conclude(turn, "Klipper was restarted.");
  }
  const evidence = turn.options.clearEvidence;
  if (evidence === null) return conclude(turn, null);
  if (evidence.kind === "line") return followLine(turn, clearing, evidence.text);
  followField(turn, clearing, evidence);
}

/** Lines come before the answer of the request, but on a busy link a moment is allowed all the same. */
function followLine(turn: Turn, { lineSeen, endedAt }: Clearing, text: string): void {
  if (lineSeen) return conclude(turn, null);
  if (endedAt !== null && turn.now.mono - endedAt >= TIMES.clearEvidence) {
    conclude(turn, `It ran, but the printer did not say "${text}".`);
  }
}

/** Asked for when the g-code has ended, and once more a moment later: a sensor may need that long. */
function followField(
  turn: Turn,
  clearing: Clearing,
  evidence: Extract<ClearEvidence, { kind: "field" }>,
): void {
  const { fieldAsked, fieldSeen, endedAt } = clearing;
  if (fieldSeen === true) return conclude(turn, null);
  const isLate = endedAt !== null && turn.now.mono - endedAt >= TIMES.clearEvidence;
  if (fieldAsked === 0 || (fieldAsked === 1 && fieldSeen === false && isLate)) {
    turn.know({ clearing: { ...clearing, fieldAsked: fieldAsked + 1, fieldSeen: null } });
    const { object, field, value } = evidence;
    return turn.effect({ kind: "read_field", object, field, value });
  }
  if (fieldAsked < 2 || fieldSeen === null) return;
  const { object, field, value } = evidence;
  conclude(turn, `It ran, but ${object} ${field} is not ${String(value)}.`);
}

export function fieldRead(turn: Turn, matches: boolean): void {
  const { clearing } = turn.world;
  if (clearing !== null) turn.know({ clearing: { ...clearing, fieldSeen: matches } });
}

/**
 * It has succeeded only without any failure; it is never run a second time for the same plate. What was
 * begun there meanwhile occupies the plate all the same.
 */
function conclude(turn: Turn, why: string | null): void {
  const isItsPlate = turn.stored.plate.state === "clearing";
  turn.know({ clearing: null, cleared: why === null && isItsPlate, lastEnded: null });
  turn.record("clearing_ended", { failure: why });
  if (why !== null) turn.store({ armed: false });
  if (!isItsPlate) return;
  if (why === null) setPlate(turn, "clear", "The g-code between two prints has run.");
  else forgetPlate(turn, `The g-code between two prints failed: ${why}`);
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
