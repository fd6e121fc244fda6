import type { Attempt } from "#shared/domain/attempt.ts";
import type { StoredQueue } from "../store/queueStore.ts";
import type { QueueModel } from "./queueModel.ts";

/** The finished print whose part lies on the plate, as long as nothing else was said of the plate. */
export function uncountedPrint({ memory, plate }: StoredQueue): Attempt | null {
  const { uncounted } = memory;
  return plate.state === "occupied" && uncounted?.plate === plate.revision
    ? uncounted.attempt
    : null;
}

/**
 * Whether this printer's g-code may clear what lies there away unseen: only what our own print has finished,
 * as long as nothing was said of the plate and nobody was at the machine since. An ejector that runs over
 * another one's half part breaks it.
 */
export function isEjectable({ stored, options, world }: QueueModel): boolean {
  if (options.platePolicy !== "gcode" || options.jobTransitionGcode === "") return false;
  const finished = uncountedPrint(stored);
  return finished !== null && finished.id === world.lastEnded?.id;
}
