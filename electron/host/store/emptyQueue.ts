import type { PrinterId } from "#shared/domain/ids.ts";
import type { Plate } from "#shared/domain/plate.ts";
import { EMPTY_MEMORY } from "#shared/domain/queue.ts";
import type { StoredQueue } from "./queueStore.ts";

/** The queue of a printer without a past. `now` in wall milliseconds. */
export function emptyQueue(printer: PrinterId, now: number): StoredQueue {
  return {
    printer,
    revision: 0,
    armed: false,
    pauseRequested: false,
    jobs: new Map(),
    copies: [],
    attempt: null,
    undecided: [],
    plate: unknownPlate(0, now, "A new printer: nobody has said yet what lies on its plate."),
    lastSeen: null,
    memory: EMPTY_MEMORY,
  };
}

/** The store's own word on a plate: that nobody knows. */
export function unknownPlate(revision: number, now: number, reason: string): Plate {
  return { state: "unknown", revision, at: now, by: { kind: "engine", name: "store" }, reason };
}
