import type { Checkpoint, CheckpointMoment, CheckpointStation } from "./checkpoints.ts";
import type { Decision } from "./queueMachine.ts";
import type { QueueInput, QueueModel } from "./queueModel.ts";

/** Called with each moment that a decision passes. */
export type Passing = (moment: CheckpointMoment) => void;

/** Tells the checkpoints of a decision's station, if it has one, how far it is. */
export function passing(
  checkpoint: Checkpoint | undefined,
  before: QueueModel,
  decision: Decision,
  input: QueueInput,
): Passing {
  const station = stationOf(before, decision, input);
  return (moment) => {
    if (station !== null) checkpoint?.(`${station}.${moment}`);
  };
}

/** Which station of an attempt, or which command, a decision passes; null = nothing worth a checkpoint. */
function stationOf(
  before: QueueModel,
  decision: Decision,
  input: QueueInput,
): CheckpointStation | null {
  const was = before.stored.attempt;
  const is = decision.model.stored.attempt;
  if (was?.state !== is?.state || was?.id !== is?.id) {
    switch (is?.state) {
      case undefined:
        return "ended";
      case "staging":
      case "staged":
      case "starting":
      case "printing":
      case "finishing":
        return is.state;
      case "planned":
      case "paused":
      case "finished":
      case "cancelled":
      case "failed":
      case "interrupted":
      case "unknown":
        return null;
    }
  }
  return input.kind === "command" ? "command" : null;
}
