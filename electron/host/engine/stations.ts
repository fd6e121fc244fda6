import type { CheckpointStation } from "./checkpoints.ts";
import type { Decision } from "./queueMachine.ts";
import type { QueueInput, QueueModel } from "./queueModel.ts";

/** Which station of an attempt, or which command, a decision passes; null = nothing worth a checkpoint. */
export function stationOf(
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
