import type { Attempt } from "#shared/domain/attempt.ts";
import type { Actor, Plate } from "#shared/domain/plate.ts";
import type { QueueWrite, StoredQueue } from "../store/queueStore.ts";
import { isBeforeStart } from "./attemptMachine.ts";

/**
 * What becomes of a stored queue while no engine runs it, because its printer gets another address or is
 * removed. The caller commits the write before the next engine is made.
 */
interface Change {
  /** Wall milliseconds. */
  readonly now: number;
  readonly actor: Actor;
}

/**
 * The printer is reached elsewhere, and what answers there may be another machine: nothing that was seen of
 * the old one holds, least of all its plate. A print under way is ours only if it shows there unmistakably;
 * the next engine looks (reconcile).
 */
export function relocated(before: StoredQueue, to: string, { now, actor }: Change): QueueWrite {
  const plate: Plate = {
    state: "unknown",
    revision: before.plate.revision + 1,
    at: now,
    by: actor,
    reason: "The printer's address was changed, and another machine may answer there.",
  };
  const after: StoredQueue = {
    ...before,
    revision: before.revision + 1,
    plate,
    lastSeen: null,
    memory: { ...before.memory, unperformed: [], relocated: true },
  };
  const journal = [{ at: now, actor, kind: "printer_relocated", data: { to } }];
  return { before, after, ended: [], journal };
}

/** The printer leaves the farm: what ran there has an outcome on record, and what waited is written down. */
export function retired(before: StoredQueue, { now, actor }: Change): QueueWrite {
  const { attempt, copies, undecided } = before;
  const ended = attempt === null ? [] : [endedBy(attempt, now)];
  const after: StoredQueue = {
    ...before,
    revision: before.revision + 1,
    armed: false,
    attempt: null,
    copies: [],
    jobs: new Map(),
    undecided: [],
  };
  const journal = [{ at: now, actor, kind: "printer_removed", data: { copies } }];
  return { before, after, ended: [...undecided, ...ended], journal };
}

function endedBy(attempt: Attempt, now: number): Attempt {
  const state = isBeforeStart(attempt) ? "cancelled" : "unknown";
  return { ...attempt, state, endedAt: now, message: "The printer was removed from the farm." };
}
