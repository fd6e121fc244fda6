import type { PrinterObjects } from "#shared/util/mergeStatus.ts";

/** What is known of a run of Klippy when a session begins. Times are seconds of the printer's clocks. */
export interface RunFacts {
  /** `printer.info`'s process_id; null where the server does not say. */
  readonly processId: number | null;
  /** Klipper's monotonic clock: it goes back only when the computer was restarted. */
  readonly eventtime: number;
  /** toolhead.print_time: never falls within a run. */
  readonly printTime: number | null;
  /** toolhead.estimated_print_time, the MCU's clock: it goes back when the firmware was restarted. */
  readonly estimatedPrintTime: number | null;
}

/** A run as this link remembers it. */
export interface KnownRun {
  /** The name others compare: `<process id>`, or `<process id>+<wall second of the restart we saw>`. */
  readonly name: string;
  readonly facts: RunFacts;
}

/** Clocks are read a moment apart; less than this is not "going back". */
const TOLERANCE = 1;

/**
 * Names the present run of Klippy: another name only with proof of another run, since a wrong "restarted"
 * makes a start that still waits behind a macro look lost, and the part would be printed twice.
 *
 * Proofs are: another process id; `sawRestart`, the line "Klipper state: Disconnect" that Klippy writes as
 * it leaves (RESTART keeps the process id; observed on Klipper v0.13.0-730); a clock that only grows within
 * a run went back. `notify_klippy_disconnected` alone is none: Moonraker sends it too when it only lost its
 * own socket to a Klippy that goes on. A restart inside the same process that nobody saw keeps the name:
 * harmless, because such a Klippy holds no waiting script, and its empty print_stats and the history tell
 * of the lost print.
 */
export function nameRun(
  known: KnownRun | null,
  facts: RunFacts,
  sawRestart: boolean,
  wallNow: number,
): KnownRun {
  const id = facts.processId === null ? "klippy" : String(facts.processId);
  if (known === null) return { name: id, facts };
  if (known.facts.processId !== facts.processId) return { name: id, facts };
  if (sawRestart || wentBack(known.facts, facts)) {
    return { name: `${id}+${Math.floor(wallNow / 1000)}`, facts };
  }
  return { name: known.name, facts };
}

/**
 * The run a stored name speaks of, for a link that starts with no memory of its own: the name is taken up
 * again when the process id still fits.
 */
export function recallRun(name: string | null): KnownRun | null {
  const id = name === null ? null : /^(\d+|klippy)(?:\+\d+)?$/.exec(name)?.[1];
  if (name === null || id === null || id === undefined) return null;
  return {
    name,
    facts: {
      processId: id === "klippy" ? null : Number(id),
      eventtime: 0,
      printTime: null,
      estimatedPrintTime: null,
    },
  };
}

/** Keeps the newest clock readings of a run, so that a later session can tell whether they went back. */
export function observeRun(known: KnownRun, seen: Omit<RunFacts, "processId">): KnownRun {
  return {
    ...known,
    facts: {
      processId: known.facts.processId,
      eventtime: seen.eventtime,
      printTime: seen.printTime ?? known.facts.printTime,
      estimatedPrintTime: seen.estimatedPrintTime ?? known.facts.estimatedPrintTime,
    },
  };
}

function wentBack(before: RunFacts, now: RunFacts): boolean {
  return (
    fell(before.eventtime, now.eventtime) ||
    fell(before.printTime, now.printTime) ||
    fell(before.estimatedPrintTime, now.estimatedPrintTime)
  );
}

function fell(before: number | null, now: number | null): boolean {
  return before !== null && now !== null && now < before - TOLERANCE;
}

/** The clocks of a run, as far as a status holds them. */
export function runFacts(
  status: PrinterObjects,
  eventtime: number,
  processId: number | null,
): RunFacts {
  const { toolhead } = status;
  return {
    processId,
    eventtime,
    printTime: numberOrNull(toolhead?.["print_time"]),
    estimatedPrintTime: numberOrNull(toolhead?.["estimated_print_time"]),
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
