import type { Attempt, Baseline } from "#shared/domain/attempt.ts";
import type { HistoryEntry, PrinterSession } from "../link/printerLink.ts";
import { hasPrint, type PrintFacts } from "./printFacts.ts";
import { entriesAfter, isRewritten } from "./printHistory.ts";
import type { StartWatch, World } from "./queueModel.ts";

/** What the evidence says about a start that was, or may have been, sent. */
export type StartVerdict =
  | {
      readonly kind: "started";
      readonly evidence: string;
      readonly history: HistoryEntry | null;
      /** The printer's Klippy is another one by now, so the print is over. */
      readonly processGone: boolean;
    }
  | { readonly kind: "not_started"; readonly why: string }
  /** Neither can be proved any more: a person is asked. */
  | { readonly kind: "unknown"; readonly why: string }
  /** Neither is proved yet. `barrier`: the next step is to send one. */
  | { readonly kind: "undecided"; readonly next: "wait" | "barrier" | "history" };

/** Seconds by which total_duration may exceed our own clock's time since the send. */
const CLOCK_SLACK = 2;

/**
 * Whether print_stats shows a print that began after the baseline: our path, with a state that only a
 * begun print has, and something about it that the baseline had otherwise. A file printed before has the
 * same path; so the path alone proves nothing, nor does an unchanged duration that happens to be short.
 */
export function movedSince(
  baseline: Baseline,
  print: PrintFacts,
  path: string,
  secondsSinceSend: number,
): boolean {
  if (print.filename !== path || print.state === "standby" || print.state === "") return false;
  // No start is sent while anything prints, so what prints our path now began after the baseline.
  if (hasPrint(print)) return baseline.state !== "printing" && baseline.state !== "paused";
  if (print.totalDuration < baseline.totalDuration) return true;
  const fits = print.totalDuration <= secondsSinceSend + CLOCK_SLACK;
  return fits && (baseline.filename !== path || print.totalDuration !== baseline.totalDuration);
}

/**
 * Judges a start by what happened after its baseline. The acknowledgement is not among the evidence:
 * Moonraker acknowledges what Klipper may never do.
 */
export function judgeStart(
  attempt: Attempt,
  watch: StartWatch,
  world: World,
  secondsSinceSend: number,
): StartVerdict {
  const { baseline, staged } = attempt;
  if (baseline === null || staged === null || world.session === null || world.print === null) {
    return { kind: "undecided", next: "wait" };
  }
  const [entry] = entriesAfter(world.history ?? [], baseline.historyJobId, staged.path);
  const processGone = world.session.klippyProcess !== baseline.klippyProcess;
  if (entry !== undefined) {
    return started(`The printer's history has a new entry ${entry.jobId}.`, entry, processGone);
  }
  if (processGone) return judgeAfterRestart(world, baseline);
  if (watch.selected) return started("The printer said it selected the file.", null, false);
  if (movedSince(baseline, world.print, staged.path, secondsSinceSend)) {
    return started(`The printer reports the print as ${world.print.state}.`, null, false);
  }
  if (isLostFromSight(attempt, baseline, watch, world.session, world.print)) {
    return {
      kind: "unknown",
      why: "The connection was lost after the start was sent, and Klipper keeps no history of its prints.",
    };
  }
  const verdict = judgeByBarrier(watch);
  const isSeen = watch.sentEpoch === world.session.epoch || watch.answer?.kind === "refused";
  const isDisproof = isSeen || !isRewritten(world.history ?? [], baseline);
  return verdict.kind === "not_started" && !isDisproof ? REWRITTEN : verdict;
}

/** Entries were deleted since the start was sent: that its own is not there proves nothing. */
const REWRITTEN: StartVerdict = {
  kind: "unknown",
  why: "Entries of the printer's history were deleted after the start was sent: it proves nothing.",
};

/**
 * Without a history, the output of the connection that carried the start is the only record of a print that
 * came and went. On another connection nothing but an unchanged former print proves that none has: Klipper
 * forgets it with the next start, whereas an idle print_stats may have been reset since.
 */
function isLostFromSight(
  attempt: Attempt,
  baseline: Baseline,
  watch: StartWatch,
  session: PrinterSession,
  print: PrintFacts,
): boolean {
  if (session.keepsHistory || watch.sentEpoch === session.epoch) return false;
  if (watch.barrier !== "passed" || watch.answer?.kind === "refused") return false;
  const isFormerPrint =
    baseline.filename !== "" &&
    print.filename === baseline.filename &&
    print.state === baseline.state &&
    print.totalDuration === baseline.totalDuration;
  return !isFormerPrint && attempt.state === "starting";
}

/** No start survives a restart of Klippy; had it begun before, the history would have an entry. */
function judgeAfterRestart(world: World, baseline: Baseline): StartVerdict {
  if (world.session?.keepsHistory === false) {
    return {
      kind: "unknown",
      why: "Klipper was restarted after the start was sent, and it keeps no history of its prints.",
    };
  }
  if (world.history === null) return { kind: "undecided", next: "history" };
  if (isRewritten(world.history, baseline)) return REWRITTEN;
  return {
    kind: "not_started",
    why: "Klipper was restarted and the printer's history has no new entry.",
  };
}

/** Klipper runs waiting scripts in the order they arrived: what came before the barrier has been done. */
function judgeByBarrier(watch: StartWatch): StartVerdict {
  if (watch.barrier === "none") return { kind: "undecided", next: "barrier" };
  if (watch.barrier === "asked") return { kind: "undecided", next: "wait" };
  if (!watch.historyRead) return { kind: "undecided", next: "history" };
  return {
    kind: "not_started",
    why:
      watch.answer?.kind === "refused"
        ? `The printer refused to start: ${watch.answer.message}`
        : "The printer did nothing with the start.",
  };
}

function started(
  evidence: string,
  history: HistoryEntry | null,
  processGone: boolean,
): StartVerdict {
  return { kind: "started", evidence, history, processGone };
}
