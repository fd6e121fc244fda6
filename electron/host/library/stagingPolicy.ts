/** What is known of a machine that a file is to be brought to. */
export interface MachineLoad {
  /** Seconds since the youngest of the prints on it began; null = nothing prints there. */
  readonly printingFor: number | null;
  /** Times its toolheads ran out of moves (`toolhead.stalls`) since they were first looked at, added up. */
  readonly stalls: number;
  /** Its load average of the last minute; null = not told. */
  readonly load: number | null;
  /** Milliseconds a question to it takes; null = not measured. */
  readonly roundTrip: number | null;
}

/** Why a file is brought over: its turn has come, or it goes ahead under the printer's option. */
export type StagingReason = "due" | "ahead" | "ahead_when_idle";

export type StagingVerdict =
  /** Bytes per second; null = as fast as it goes. */
  | { readonly kind: "go"; readonly rate: number | null }
  /** `seconds` until it is worth looking again. */
  | { readonly kind: "wait"; readonly why: string; readonly seconds: number };

/** Seconds of a print that nothing disturbs: the first layer, and what heats and probes before it. */
const QUIET_START = 300;
/** Seconds between two looks at a machine that is busy. */
const LOOK_AGAIN = 30;
/** More processes waiting than before the transfer: one more than the transfer itself may cause. */
const LOAD_RISE = 1;
/** Milliseconds below which a round trip is never called slow. */
const SLOW_ROUND_TRIP = 500;

/**
 * Whether a transfer may begin or go on now, and how fast. A print must not suffer from it: it waits for the
 * quiet start, is slow, and gives way when the machine shows strain against `before`, what it was like when
 * the transfer began (null = it has not begun).
 */
export function decideStaging(
  now: MachineLoad,
  before: MachineLoad | null,
  reason: StagingReason,
  rate: number,
): StagingVerdict {
  if (now.printingFor === null) return { kind: "go", rate: null };
  if (reason === "ahead_when_idle") {
    return wait("Files come to this printer only while nothing prints there.", LOOK_AGAIN);
  }
  if (now.printingFor < QUIET_START) {
    const seconds = Math.ceil(QUIET_START - now.printingFor);
    return wait("A print there has just begun: its first five minutes are left alone.", seconds);
  }
  const strain = before === null ? null : strainOf(now, before);
  if (strain !== null) return wait(strain, LOOK_AGAIN);
  return { kind: "go", rate };
}

function strainOf(now: MachineLoad, before: MachineLoad): string | null {
  if (now.stalls > before.stalls) return "The print there ran out of moves: it comes first.";
  if (now.load !== null && before.load !== null && now.load > before.load + LOAD_RISE) {
    return "The printer's computer is busy: the print there comes first.";
  }
  const usual = Math.max(SLOW_ROUND_TRIP, 4 * (before.roundTrip ?? 0));
  if (now.roundTrip !== null && now.roundTrip > usual) {
    return "The printer's computer answers slowly: the print there comes first.";
  }
  return null;
}

function wait(why: string, seconds: number): StagingVerdict {
  return { kind: "wait", why, seconds };
}
