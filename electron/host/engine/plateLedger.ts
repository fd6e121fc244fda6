import type { Actor, Plate, PlateState } from "#shared/domain/plate.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { ENGINE, type Turn } from "./turn.ts";

/** Enters a new word on the plate. What the engine said before is not a new word. */
export function setPlate(
  turn: Turn,
  state: PlateState,
  reason: string,
  by: Actor = ENGINE,
  undoGrace = 0,
): void {
  const { plate } = turn.stored;
  if (plate.state === state && plate.reason === reason && by.kind === "engine") return;
  const next: Plate = {
    state,
    revision: plate.revision + 1,
    at: turn.now.wall,
    by,
    reason,
    ...(undoGrace > 0 && { undoGrace }),
  };
  turn.store({ plate: next });
  turn.record("plate_set", { state, revision: next.revision, reason, was: plate.state }, by);
}

/** Something lies there: our print, or one we did not start. */
export function occupy(turn: Turn, reason: string): void {
  setPlate(turn, "occupied", reason);
}

/** We lost sight of it: counts as occupied until a person says otherwise. */
export function forgetPlate(turn: Turn, reason: string): void {
  setPlate(turn, "unknown", reason);
}

/** The start that occupied it verifiably did not happen; a word or a print since then has precedence. */
export function giveBackPlate(turn: Turn, intentRevision: number): void {
  if (turn.stored.plate.revision !== intentRevision) return;
  setPlate(turn, "clear", "The start did not happen, so nothing was printed.");
}

/**
 * A person's or script's word. It answers the state the speaker saw: refused with `conflict` when the
 * plate has changed since.
 */
export function answerPlate(
  turn: Turn,
  word: {
    readonly state: "clear" | "occupied";
    readonly revision: number;
    readonly note: string;
  },
  undoGrace: number,
): void {
  const { plate } = turn.stored;
  if (plate.revision !== word.revision) {
    throw new AppError(
      "conflict",
      `The plate has changed since you looked: it is ${plate.state} now. Look again, then answer.`,
      { data: { state: plate.state, revision: plate.revision } },
    );
  }
  const said = word.state === "clear" ? "said to be clear" : "said to be occupied";
  const reason = word.note === "" ? `The plate was ${said}.` : word.note;
  setPlate(turn, word.state, reason, turn.actor, undoGrace);
}
