import type { Attempt, AttemptOutcome } from "#shared/domain/attempt.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type { HistoryEntry } from "../link/printerLink.ts";
import { endPrint, note } from "./attemptMachine.ts";
import type { PrintFacts } from "./printFacts.ts";
import { entriesAfter, isNewer } from "./printHistory.ts";
import { type StartWatch, TIMES } from "./queueModel.ts";
import { movedSince } from "./startEvidence.ts";
import { askHistory } from "./startFollow.ts";
import type { Turn } from "./turn.ts";

/** Follows our own print from its proved start to the toolhead's rest. */
export function observePrint(turn: Turn, attempt: Attempt): void {
  const { watch, session, print, reconciled } = turn.world;
  if (watch === null || session === null || print === null || !reconciled) return;
  if ((print.webhooks ?? "ready") !== "ready") return;
  const entry = ownEntry(turn, attempt);
  if (entry !== undefined && entry.jobId !== attempt.historyJobId) {
    turn.setAttempt({ historyJobId: entry.jobId });
  }
  const isOver = isSuperseded(turn, attempt, entry);
  if (isOver || isFollowed(turn, attempt, print, entry)) turn.watch({ stranger: true });
  if (attempt.baseline?.klippyProcess !== session.klippyProcess) {
    return endAfterRestart(turn, entry);
  }
  if (attempt.state === "finishing") return awaitRest(turn, attempt, watch, print);
  if (isOver) return endByHistory(turn, entry);
  if (watch.readToEnd) return beginFinishing(turn);
  observeStatus(turn, attempt, watch, print, entry);
}

function observeStatus(
  turn: Turn,
  attempt: Attempt,
  watch: StartWatch,
  print: PrintFacts,
  entry: HistoryEntry | undefined,
): void {
  const path = attempt.staged?.path ?? "";
  const seconds = Number.POSITIVE_INFINITY;
  const moved =
    watch.moved ||
    (attempt.baseline !== null && movedSince(attempt.baseline, print, path, seconds));
  if (moved && !watch.moved) turn.watch({ moved: true });
  if (!moved) return observeWithoutSign(turn, watch, entry);
  if (print.filename !== path) return endByHistory(turn, entry);
  switch (print.state) {
    case "printing":
      return setState(turn, attempt, "printing");
    case "paused":
      return setState(turn, attempt, "paused");
    case "complete":
      return beginFinishing(turn);
    case "cancelled":
      return endPrint(turn, "cancelled", print.message === "" ? "Cancelled." : print.message);
    case "error":
      return endPrint(turn, "failed", print.message === "" ? "The print failed." : print.message);
    default:
      return endByHistory(turn, entry);
  }
}

function setState(turn: Turn, attempt: Attempt, state: "printing" | "paused"): void {
  if (attempt.state === state) return;
  turn.setAttempt({ state });
  turn.record(state === "paused" ? "print_paused" : "print_resumed", { attempt: attempt.id });
}

/**
 * The start is proved, but print_stats has not moved: a print shorter than a status tick may never show
 * there. The history tells; without a word from it either, a person is asked.
 */
function observeWithoutSign(turn: Turn, watch: StartWatch, entry: HistoryEntry | undefined): void {
  if (entry !== undefined && entry.status !== "in_progress") return endByHistory(turn, entry);
  const waited = turn.now.mono - watch.since.mono;
  if (waited >= TIMES.lostPrint) {
    return endPrint(turn, "unknown", "The print began, but the printer shows no sign of it.");
  }
  if (waited >= TIMES.historyRetry) askHistory(turn);
}

/** Ends by what the history says; the attempt is `unknown` when it says nothing either. */
function endByHistory(turn: Turn, entry: HistoryEntry | undefined): void {
  const { watch } = turn.world;
  if (entry !== undefined && entry.status !== "in_progress") {
    if (entry.status === "completed") return beginFinishing(turn);
    return endPrint(turn, outcomeOf(entry), `The printer's history says: ${entry.status}.`);
  }
  if (watch === null) return;
  if (watch.lostSince === null) turn.watch({ lostSince: turn.now.mono });
  else if (turn.now.mono - watch.lostSince >= 2 * TIMES.historyRetry) {
    return endPrint(turn, "unknown", "The printer dropped the print without saying how it ended.");
  }
  askHistory(turn);
}

/** Klippy is another process: the print is over, and only the history knows how it ended. */
function endAfterRestart(turn: Turn, entry: HistoryEntry | undefined): void {
  if (entry?.status === "completed") return endPrint(turn, "finished", null);
  if (entry?.status === "cancelled" || entry?.status === "error") {
    return endPrint(turn, outcomeOf(entry), `The printer's history says: ${entry.status}.`);
  }
  endPrint(turn, "interrupted", "Klipper was restarted during the print.");
}

function beginFinishing(turn: Turn): void {
  const { attempt } = turn.stored;
  if (attempt === null || attempt.state === "finishing") return;
  note(turn, "The file has been read to its end.");
  turn.setAttempt({ state: "finishing" });
  turn.watch({ finishingSince: turn.now.mono });
}

/** `complete` means the file was read; the part is done when the toolhead has come to rest. */
function awaitRest(turn: Turn, attempt: Attempt, watch: StartWatch, print: PrintFacts): void {
  if (watch.finishingSince === null) return turn.watch({ finishingSince: turn.now.mono });
  const waited = turn.now.mono - watch.finishingSince;
  if (waited < (attempt.historyJobId === null ? TIMES.lateHistory : TIMES.tick)) return;
  const rests = print.atRest ?? (print.idle === null ? null : print.idle !== "Printing");
  if (rests === true || watch.rest === "passed") return endPrint(turn, "finished", null);
  if (waited >= TIMES.restFallback && watch.rest === "none") {
    turn.watch({ rest: "asked" });
    turn.effect({ kind: "wait_for_rest", attempt: attempt.id });
  }
}

/** The history entry of this attempt: the first one after its baseline that names its file. */
export function ownEntry(turn: Turn, attempt: Attempt): HistoryEntry | undefined {
  const history = turn.world.history ?? [];
  if (attempt.historyJobId !== null) {
    return history.find((entry) => entry.jobId === attempt.historyJobId);
  }
  if (attempt.baseline === null || attempt.staged === null) return undefined;
  return entriesAfter(history, attempt.baseline.historyJobId, attempt.staged.path)[0];
}

/** A later entry means that another print has taken the place of ours: one start, one entry. */
function isSuperseded(turn: Turn, attempt: Attempt, entry: HistoryEntry | undefined): boolean {
  const own = entry?.jobId ?? attempt.historyJobId;
  const newest = turn.world.history?.[0]?.jobId;
  return own !== null && newest !== undefined && newest !== own && isNewer(newest, own);
}

/**
 * Whether something was printed behind ours, whose file has been read to its end. A print too short for an
 * entry of its own has none that a later one could be told from: there any entry since the start is another's.
 */
function isFollowed(
  { world }: Turn,
  { state, staged, baseline, historyJobId }: Attempt,
  print: PrintFacts,
  entry: HistoryEntry | undefined,
): boolean {
  if (state !== "finishing") return false;
  // What was shown before the start is still shown for a tick behind a print shorter than one.
  const isFormer =
    print.filename === baseline?.filename && print.totalDuration === baseline.totalDuration;
  if (print.filename !== "" && print.filename !== staged?.path && !isFormer) return true;
  if (entry !== undefined || historyJobId !== null) return false;
  const newest = world.history?.[0]?.jobId;
  return newest !== undefined && isNewer(newest, baseline?.historyJobId ?? null);
}

function outcomeOf(entry: HistoryEntry): AttemptOutcome {
  switch (entry.status) {
    case "completed":
      return "finished";
    case "cancelled":
      return "cancelled";
    case "error":
      return "failed";
    default:
      return "interrupted";
  }
}

/** Klippy has shut down or failed under our print: it is over, whatever print_stats says then. */
export function interruptPrint(turn: Turn, attempt: Attempt, message: string): void {
  switch (attempt.state) {
    case "printing":
    case "paused":
    case "finishing":
      return endPrint(turn, "interrupted", message);
    case "planned":
    case "staging":
    case "staged":
    case "starting":
    case "finished":
    case "cancelled":
    case "failed":
    case "interrupted":
    case "unknown":
      return;
    default:
      assertNever(attempt.state, "attempt state");
  }
}
