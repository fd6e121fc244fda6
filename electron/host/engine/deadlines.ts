import { isBeforeStart } from "./attemptMachine.ts";
import { expirePower } from "./powerOn.ts";
import { type QueueModel, TIMES } from "./queueModel.ts";
import type { Turn } from "./turn.ts";

/** Milliseconds between two looks at something whose end is not announced. */
const LOOK = 250;

/** Drops the delays that are over. */
export function expireDelays(turn: Turn): void {
  const { mono } = turn.now;
  const { delay, tries, foreignMotionAt, print } = turn.world;
  expirePower(turn);
  if (delay !== null && delay.until.mono <= mono) turn.know({ delay: null });
  if (tries !== null && tries.retryAt > 0 && tries.retryAt <= mono) {
    turn.know({ tries: { ...tries, retryAt: 0 } });
  }
  const isStill = print !== null && print.idle !== "Printing";
  if (foreignMotionAt !== null && isStill && foreignMotionAt + TIMES.foreignMotion <= mono) {
    turn.know({ foreignMotionAt: null });
  }
}

/** Milliseconds from now until the machine wants a tick; null = not before something happens. */
export function nextTick(model: QueueModel, mono: number): number | null {
  const { world, stored } = model;
  const { delay, tries, foreignMotionAt, watch, session, historyAskedAt, print } = world;
  const at: number[] = [];
  if (delay !== null) at.push(delay.until.mono);
  if (tries !== null && tries.retryAt > 0) at.push(tries.retryAt);
  if (foreignMotionAt !== null && print !== null && print.idle !== "Printing") {
    at.push(foreignMotionAt + TIMES.foreignMotion);
  }
  if (session !== null && !world.reconciled && historyAskedAt !== null) {
    at.push(historyAskedAt + TIMES.historyRetry);
  }
  const { clearing, power } = world;
  if (clearing !== null) {
    at.push(
      clearing.endedAt === null
        ? clearing.since + model.options.clearDeadline * 1_000
        : clearing.endedAt + TIMES.clearEvidence,
    );
  }
  if (power?.state === "on") at.push(power.at + TIMES.powerUp);
  const { attempt } = stored;
  if (session !== null && attempt !== null && watch !== null && !isBeforeStart(attempt)) {
    const isQuiet = attempt.state !== "starting" && attempt.state !== "finishing";
    if (!isQuiet || !watch.moved || watch.lostSince !== null) at.push(mono + LOOK);
  }
  return at.length === 0 ? null : Math.max(1, Math.min(...at) - mono);
}
