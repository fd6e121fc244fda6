import type { Copy } from "#shared/domain/job.ts";
import { headCopy, machineIsOff } from "./queuePolicy.ts";
import type { Turn } from "./turn.ts";

/**
 * Brings the next file over while the printer's Klipper is off but its computer is on, so that the print
 * begins as soon as the power does. Best effort: the attempt stages in any case, and finds it there then.
 */
export function stageAhead(turn: Turn): void {
  const { ahead } = turn.world;
  // A transfer of the file that goes next anyway runs to its end: the attempt waits for it and reuses it.
  const needed = turn.stored.attempt ?? headCopy(turn.model);
  if (ahead?.state === "running" && needed?.contentHash !== ahead.content) {
    turn.effect({ kind: "cancel_ahead" });
    turn.know({ ahead: null });
  }
  const wanted = nextAhead(turn);
  if (wanted === undefined || turn.world.ahead?.content === wanted.contentHash) return;
  turn.know({ ahead: { content: wanted.contentHash, state: "running" } });
  turn.effect({
    kind: "stage_ahead",
    content: wanted.contentHash,
    filename: wanted.filename,
  });
}

/** What was tried once is not tried again before the printer has been away or come up. */
export function aheadEnded(turn: Turn, content: string, isThere: boolean): void {
  const { ahead } = turn.world;
  if (ahead?.content !== content) return;
  turn.know({ ahead: { ...ahead, state: isThere ? "there" : "failed" } });
}

function nextAhead(turn: Turn): Copy | undefined {
  const { stored, model } = turn;
  if (!stored.armed || stored.attempt !== null || !machineIsOff(model)) return undefined;
  return headCopy(model);
}
