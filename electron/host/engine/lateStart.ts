import type { Attempt } from "#shared/domain/attempt.ts";
import type { HistoryEntry } from "../link/printerLink.ts";
import { abandon, endPrint, isBeforeStart, newWatch, note } from "./attemptMachine.ts";
import { occupy } from "./plateLedger.ts";
import { hasPrint } from "./printFacts.ts";
import { entriesAfter } from "./printHistory.ts";
import type { Turn } from "./turn.ts";
import { forgetUnperformed, isUnproved, pruneUnperformed } from "./unperformed.ts";

/**
 * Takes up a start of ours that the printer performs after it was taken for not done. Without this the
 * print would be a stranger's, and its copy would be printed a second time.
 */
export function adoptLateStart(turn: Turn): void {
  pruneUnperformed(turn);
  const { session, print, reconciled } = turn.world;
  if (session === null || print === null || !reconciled) return;
  if ((print.webhooks ?? "ready") !== "ready" || !mayReopen(turn)) return;
  for (const start of candidates(turn)) {
    const sameProcess = start.baseline?.klippyProcess === session.klippyProcess;
    const entry = unexplainedEntry(turn, start);
    const prints = hasPrint(print) && print.filename === start.staged?.path;
    if (sameProcess && (entry !== undefined || prints)) {
      return reopen(turn, start, "The printer performs this start after all, late.");
    }
    if (sameProcess || !isRemembered(turn, start)) continue;
    if (entry !== undefined) return askAbout(turn, start);
    // No start outlives the Klippy it was sent to, and the history shows none before its end.
    forgetUnperformed(turn, start);
  }
}

/** "File selected" names the file of a late start: a print shorter than a status tick shows nothing else. */
export function adoptSelected(turn: Turn, path: string, epoch: number): boolean {
  if (!turn.world.reconciled || !mayReopen(turn)) return false;
  const process = turn.world.session?.klippyProcess;
  const start = candidates(turn).find(
    (one) => one.staged?.path === path && one.baseline?.klippyProcess === process,
  );
  if (start === undefined) return false;
  reopen(turn, start, "The printer selected the file of this start after all, late.");
  turn.watch({ selected: true, sentEpoch: epoch });
  return true;
}

/** Only one attempt is open at a time, and one that has been sent is judged first. */
function mayReopen({ stored }: Turn): boolean {
  return stored.attempt === null || isBeforeStart(stored.attempt);
}

/** Starts whose copy waits, and those that nobody could prove: oldest first, as Klipper performs them. */
function candidates({ stored }: Turn): readonly Attempt[] {
  const unproved = stored.undecided.filter(isUnproved);
  return [...unproved, ...stored.memory.unperformed].filter((one) => one.baseline !== null);
}

function isRemembered({ stored }: Turn, start: Attempt): boolean {
  return stored.memory.unperformed.includes(start);
}

/** The first entry since the start that names its file and that no other attempt explains. */
function unexplainedEntry(turn: Turn, start: Attempt): HistoryEntry | undefined {
  const { history, lastEnded } = turn.world;
  if (start.baseline === null || start.staged === null) return undefined;
  const explained = new Set(turn.stored.undecided.map((ended) => ended.historyJobId));
  if (lastEnded !== null) explained.add(lastEnded.historyJobId);
  return entriesAfter(history ?? [], start.baseline.historyJobId, start.staged.path).find(
    (entry) => !explained.has(entry.jobId),
  );
}

/** The same attempt goes on, as one that has been sent: the evidence at hand proves or ends it. */
function reopen(turn: Turn, start: Attempt, why: string): void {
  const { attempt, undecided } = turn.stored;
  if (attempt !== null) abandon(turn, attempt, "An earlier start is being performed after all.");
  forgetUnperformed(turn, start);
  const reopened: Attempt = { ...start, state: "starting", endedAt: null, message: null };
  turn.store({
    attempt: reopened,
    undecided: undecided.filter((ended) => ended.id !== start.id),
  });
  turn.know({
    watch: newWatch(reopened, turn.now, -1),
    external: null,
    ownMotion: true,
    oneShot: null,
    delay: null,
    tries: null,
  });
  note(turn, why);
  turn.record("late_start", { attempt: start.id, copy: start.copyId });
  occupy(turn, `${start.filename} was started late.`);
}

/** Klippy is another one by now, so the print may have been this start or somebody's at the printer. */
function askAbout(turn: Turn, start: Attempt): void {
  reopen(turn, start, "The printer's history has a print of this file that nobody saw begin.");
  endPrint(
    turn,
    "unknown",
    "This file was printed while the printer was out of sight: by this queue's start, or by hand.",
  );
}
