import type { Copy } from "#shared/domain/job.ts";
import { hasPrint } from "./printFacts.ts";
import type { QueueInput, QueueModel } from "./queueModel.ts";
import { headCopy, machineIsOff } from "./queuePolicy.ts";
import type { Turn } from "./turn.ts";

/**
 * Brings the next file over before its turn: while the printer prints, waits for a person, or has its power
 * off but its computer on, so that the print begins as soon as it may. Best effort: the attempt stages in
 * any case, and shares the transfer or finds the file there then.
 */
export function stageAhead(turn: Turn): void {
  const { ahead } = turn.world;
  const wanted = nextAhead(turn.model);
  if (ahead?.state === "running" && !isStillNeeded(turn, ahead.content, wanted)) {
    turn.effect({ kind: "cancel_ahead" });
    turn.know({ ahead: null });
  }
  if (wanted === undefined || turn.world.ahead?.content === wanted.contentHash) return;
  const content = wanted.contentHash;
  turn.know({ ahead: { content, state: "running", progress: 0, waits: null } });
  const reason = turn.options.prestage === "auto" ? "ahead" : "ahead_when_idle";
  turn.effect({ kind: "stage_ahead", content, filename: wanted.filename, reason });
}

/** A transfer of the file that goes next anyway runs to its end: the attempt joins it. */
function isStillNeeded(turn: Turn, content: string, wanted: Copy | undefined): boolean {
  const { attempt } = turn.stored;
  if (wanted !== undefined) return wanted.contentHash === content;
  return (attempt ?? headCopy(turn.model))?.contentHash === content;
}

export function aheadMoved(turn: Turn, input: Extract<QueueInput, { kind: "ahead_moved" }>): void {
  const { ahead } = turn.world;
  if (ahead?.content !== input.content || ahead.state !== "running") return;
  turn.know({ ahead: { ...ahead, progress: input.progress, waits: input.waits } });
}

/** What was tried once is not tried again before the printer has been away or come up. */
export function aheadEnded(turn: Turn, content: string, isThere: boolean): void {
  const { ahead } = turn.world;
  if (ahead?.content !== content) return;
  turn.know({ ahead: { ...ahead, state: isThere ? "there" : "failed", waits: null } });
}

/** The next copy whose file should be on its way now. */
function nextAhead(model: QueueModel): Copy | undefined {
  const { stored, world } = model;
  if (!stored.armed || world.mastery.lease.kind !== "held" || world.mastery.question !== null) {
    return undefined;
  }
  const { attempt } = stored;
  if (attempt === null) {
    const waits = machineIsOff(model) || isOccupied(model);
    return waits ? headCopy(model) : undefined;
  }
  const isPrinting = ["printing", "paused", "finishing"].includes(attempt.state);
  return isPrinting ? headCopy(model) : undefined;
}

/** Something other than this queue keeps the head from loading, and a person or a print must end first. */
function isOccupied({ stored, world }: QueueModel): boolean {
  if (world.session === null || !world.reconciled) return false;
  return stored.plate.state !== "clear" || (world.print !== null && hasPrint(world.print));
}
