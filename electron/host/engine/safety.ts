import type { QueueInput } from "./queueModel.ts";
import { abandon, isBeforeStart } from "./attemptMachine.ts";
import type { Turn } from "./turn.ts";

/**
 * Records what was already sent to the printer. A stop or a cancel also takes the ground from a load
 * under way: whoever stops a machine does not want the next print a second later.
 */
export function recordSafety(turn: Turn, input: Extract<QueueInput, { kind: "safety" }>): void {
  turn.record(input.action, { failure: input.failure });
  const { attempt } = turn.stored;
  const stopsLoad = attempt !== null && isBeforeStart(attempt) && input.action === "cancel_print";
  if (input.action !== "emergency_stop" && !stopsLoad) return;
  turn.store({ armed: false, pauseRequested: true });
  turn.know({ oneShot: null, delay: null });
  if (attempt !== null && isBeforeStart(attempt)) abandon(turn, attempt, "Stopped by a person.");
}
