import type { Attempt } from "#shared/domain/attempt.ts";
import { endPrint, giveBack, startProved } from "./attemptMachine.ts";
import { type StartWatch, TIMES } from "./queueModel.ts";
import { judgeStart } from "./startEvidence.ts";
import type { Turn } from "./turn.ts";

/** Follows a start until it is proved, disproved, or given up for a person to judge. */
export function followStart(turn: Turn, attempt: Attempt): void {
  const { watch, session, reconciled } = turn.world;
  if (watch === null || session === null || !reconciled) return;
  const verdict = judgeStart(attempt, watch, turn.world, secondsSince(turn, attempt, watch));
  switch (verdict.kind) {
    case "started":
      return startProved(turn, attempt, verdict.evidence, verdict.history?.jobId ?? null);
    case "not_started":
      return giveBack(turn, attempt, verdict.why);
    case "unknown":
      return endPrint(turn, "unknown", verdict.why);
    case "undecided":
      if (turn.now.mono - watch.since.mono >= TIMES.startDeadline) return giveUp(turn);
      if (verdict.next === "barrier") return sendBarrier(turn, attempt, watch, session.epoch);
      if (verdict.next === "history") readHistoryAfterBarrier(turn, watch);
  }
}

/** Asks for the history unless that was done a moment ago. */
export function askHistory(turn: Turn): void {
  const { session, historyAskedAt } = turn.world;
  if (session === null) return;
  if (historyAskedAt !== null && turn.now.mono - historyAskedAt < TIMES.historyRetry) return;
  turn.know({ historyAskedAt: turn.now.mono });
  turn.effect({ kind: "read_history", epoch: session.epoch });
}

/**
 * On the connection that carried the start, the barrier goes out behind its answer. On another one the
 * start is long under way, so it goes out at once.
 */
function sendBarrier(turn: Turn, attempt: Attempt, watch: StartWatch, epoch: number): void {
  const { mono } = turn.now;
  if (watch.answeredAt !== null && mono - watch.answeredAt < TIMES.evidence) return;
  const isAnswered = watch.answeredAt !== null || watch.sentEpoch !== epoch;
  if (!isAnswered && mono - watch.since.mono < TIMES.acknowledgement) return;
  turn.watch({ barrier: "asked" });
  turn.effect({ kind: "barrier", attempt: attempt.id, epoch });
}

/** What the barrier let pass shows in print_stats one tick later and then in the history. */
function readHistoryAfterBarrier(turn: Turn, watch: StartWatch): void {
  if (watch.barrierAt === null || turn.now.mono - watch.barrierAt >= TIMES.settle) {
    askHistory(turn);
  }
}

function giveUp(turn: Turn): void {
  endPrint(turn, "unknown", "The printer neither did nor refused the start within ten minutes.");
}

/** Seconds since the intent: by the monotonic clock within one process, else by the wall clock. */
function secondsSince(turn: Turn, attempt: Attempt, watch: StartWatch): number {
  if (watch.sentEpoch !== null) return (turn.now.mono - watch.since.mono) / 1000;
  return (turn.now.wall - (attempt.baseline?.at ?? turn.now.wall)) / 1000;
}
