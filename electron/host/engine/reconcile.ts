import type { LastSeen } from "#shared/domain/queue.ts";
import type { HistoryEntry, PrinterSession } from "../link/printerLink.ts";
import { abandon, endPrint, intentRevision, isBeforeStart, newWatch } from "./attemptMachine.ts";
import type { EditHistory } from "./edits.ts";
import { forgetPlate } from "./plateLedger.ts";
import { hasPrint, type PrintFacts } from "./printFacts.ts";
import { isNewestStill, mergeHistory, newestOf } from "./printHistory.ts";
import type { Turn } from "./turn.ts";

/** Takes up what an earlier process left: nothing outside is trusted before the printer is seen. */
export function takeUp(turn: Turn, edits: EditHistory): void {
  turn.know({ edits, plateSince: turn.now.mono });
  const { attempt, plate } = turn.stored;
  if (plate.state === "clearing") {
    forgetPlate(turn, "The program ended while the plate was being cleared.");
  }
  if (plate.state === "clear") turn.know({ owedGrace: plate.undoGrace ?? 0 });
  if (attempt === null) return;
  if (isBeforeStart(attempt)) return abandon(turn, attempt, "The program ended before the start.");
  turn.know({
    watch: newWatch(attempt, turn.now, intentRevision(attempt, plate)),
    ownMotion: true,
  });
}

/**
 * Takes up after a time nobody watched: the printer is asked again, as after a reconnect, before anything
 * may start, and a grace or delay that was running is given anew.
 */
export function resume(turn: Turn): void {
  const { plate } = turn.stored;
  turn.know({ reconciled: false, historyAskedAt: null });
  // One that ran out meanwhile ran out unseen.
  if (plate.state !== "clear" || turn.before.world.delay === null) return;
  turn.know({ delay: null, owedGrace: plate.undoGrace ?? 0 });
}

/**
 * The first look at a session, complete with history: what happened since the printer was last seen?
 * Nothing may start before this has run.
 */
export function reconcile(turn: Turn, entries: readonly HistoryEntry[]): void {
  const { session, print } = turn.world;
  if (session === null || print === null) return;
  const history = mergeHistory([], entries);
  turn.know({ history, reconciled: true });
  if (turn.stored.memory.relocated) settleRelocation(turn, session, print);
  const { attempt, plate, lastSeen } = turn.stored;
  const noPrintOfOurs = attempt === null || isBeforeStart(attempt);
  if (noPrintOfOurs && !hasPrint(print)) {
    const happened =
      lastSeen === null
        ? happenedUnseen(session, print, history)
        : happenedSince(lastSeen, session, print, history);
    if (happened !== null) {
      if (plate.state === "clear") forgetPlate(turn, happened);
      // What lies there may be another one's part by now: nothing clears it away unseen.
      turn.know({ lastEnded: null });
    }
  }
  // Our file had been read to its end: what has changed since was another print.
  const wasRead =
    attempt?.state === "finishing" &&
    lastSeen?.state === "complete" &&
    lastSeen.filename === attempt.staged?.path;
  if (wasRead && (hasPrint(print) || happenedSince(lastSeen, session, print, history) !== null)) {
    turn.watch({ stranger: true });
  }
  loadOnStartup(turn, session.klippyProcess);
}

/**
 * The first look at another address. Our print is taken up where the same run of Klippy prints our very
 * file: its path holds the hash of its bytes. The history proves nothing, since ids are row numbers that
 * every machine has; so whatever else answers there leaves the print to a person.
 */
function settleRelocation(turn: Turn, session: PrinterSession, print: PrintFacts): void {
  const { attempt, memory } = turn.stored;
  turn.store({ memory: { ...memory, relocated: false } });
  if (attempt === null || isBeforeStart(attempt)) return;
  const isOurs =
    session.klippyProcess === attempt.baseline?.klippyProcess &&
    hasPrint(print) &&
    print.filename === attempt.staged?.path;
  if (isOurs) return;
  endPrint(
    turn,
    "unknown",
    "The printer's address was changed during this print, and what answers there does not print it.",
  );
}

/**
 * Whether the printer may have printed unseen; null = nothing happened. A restart of Klippy with an
 * unchanged history and no file is nothing: no print can have run, since each leaves an entry. Where no
 * history is kept, a restart has wiped out every trace, and so has a reset of the file: an empty print_stats
 * proves nothing, but a machine that was asked for nothing has the same print_time as before.
 */
export function happenedSince(
  seen: LastSeen,
  { klippyProcess, keepsHistory }: PrinterSession,
  print: PrintFacts,
  history: readonly HistoryEntry[],
): string | null {
  if (!isNewestStill(history, seen)) {
    return "The printer's history has changed while it was out of sight.";
  }
  if (klippyProcess !== seen.klippyProcess) {
    if (!keepsHistory) return "Klipper was restarted, and it keeps no history of its prints.";
    // An entry may have been deleted, but a new run knows of a file only when it was given one.
    return print.filename === "" && print.totalDuration === 0
      ? null
      : "The printer did something while it was out of sight.";
  }
  const same =
    print.filename === seen.filename &&
    print.state === seen.state &&
    print.totalDuration === seen.totalDuration;
  const isProof = keepsHistory || print.filename !== "" || print.printTime === seen.printTime;
  return same && isProof ? null : "The printer did something while it was out of sight.";
}

/**
 * A printer never seen before: a word on its plate holds only where no print can have come after it. When
 * its prints ended says nothing: they are dated by the printer's clock, and many have none that survives
 * being switched off.
 */
function happenedUnseen(
  { keepsHistory }: PrinterSession,
  print: PrintFacts,
  history: readonly HistoryEntry[],
): string | null {
  if (!keepsHistory) {
    return "This printer was never seen before, and it keeps no history of its prints.";
  }
  if (history.length > 0) {
    return "This printer was never seen before: its last print may have come after the word on its plate.";
  }
  return print.state === "standby" ? null : "The printer has a print behind it that nobody saw.";
}

/** Moonraker's option, made safe: only if nobody paused, no decision is open and the plate is clear. */
function loadOnStartup(turn: Turn, klippyProcess: string): void {
  const { stored, options } = turn;
  if (!options.loadOnStartup || stored.pauseRequested || stored.armed) return;
  if (stored.undecided.length > 0 || stored.plate.state !== "clear") return;
  if (stored.copies.length === 0 || stored.lastSeen?.klippyProcess === klippyProcess) return;
  turn.store({ armed: true });
  turn.know({ skipTransition: true });
  turn.record("armed_on_startup");
}

/** Remembers what the printer looked like, so that the next first look can tell whether anything happened. */
export function rememberSeen(turn: Turn): void {
  const { session, print, history, reconciled } = turn.world;
  if (session === null || print === null || history === null || !reconciled) return;
  if ((print.webhooks ?? "ready") !== "ready") return;
  const last = turn.stored.lastSeen;
  const seen: LastSeen = {
    ...newestOf(history),
    klippyProcess: session.klippyProcess,
    filename: print.filename,
    state: print.state,
    // It grows with every frame of a print, where it says nothing that the state does not.
    totalDuration: hasPrint(print) ? 0 : print.totalDuration,
    printTime: restingTime(turn, session, print),
  };
  const same =
    last !== null &&
    last.historyJobId === seen.historyJobId &&
    last.historyStartTime === seen.historyStartTime &&
    last.klippyProcess === seen.klippyProcess &&
    last.filename === seen.filename &&
    last.state === seen.state &&
    last.totalDuration === seen.totalDuration &&
    last.printTime === seen.printTime;
  if (!same) turn.store({ lastSeen: seen });
}

/** The time an idle machine stands at; while it moves, the one it stood at before. */
function restingTime(turn: Turn, session: PrinterSession, print: PrintFacts): number | null {
  if (session.keepsHistory || print.filename !== "") return null;
  return print.atRest === true ? print.printTime : (turn.stored.lastSeen?.printTime ?? null);
}
