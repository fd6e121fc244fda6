import type { QueueState } from "#shared/domain/queue.ts";
import type { QueueModel } from "./queueModel.ts";
import { goesOn, headCopy, mustPersonAct } from "./queuePolicy.ts";

/**
 * Moonraker's word for the queue, first match:
 * a transfer, delay, transition g-code, clearing or undo grace for the next copy is `loading`; a committed
 * start without evidence `starting`; a queue that is not armed, has nothing to do, or waits for a person
 * `paused`; anything else `ready`.
 */
export function wireState(model: QueueModel): QueueState {
  const { stored, world } = model;
  const state = stored.attempt?.state;
  if (state === "starting") return "starting";
  if (state === "planned" || state === "staging" || state === "staged") return "loading";
  if (stored.plate.state === "clearing" && stored.armed) return "loading";
  if (world.delay !== null && goesOn(model, "delayed")) return "loading";
  const head = headCopy(model);
  if (head === undefined || (!stored.armed && head.id !== world.oneShot)) return "paused";
  return mustPersonAct(model) ? "paused" : "ready";
}
