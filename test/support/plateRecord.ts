/**
 * Milliseconds within which nobody can know yet that a machine has begun a print that was not asked of it just
 * then: a status report is due every few seconds, and a start may be on its way already.
 */
const UNKNOWABLE = 15_000;

/** What of a machine's record tells of its plate. `time` is wall milliseconds. */
export interface PlateEvent {
  readonly time: number;
  readonly event: string;
  readonly path?: string | undefined;
}

/** What a machine's own record says of its plate and its prints. */
export interface Plate {
  /** How often each file, by its last name, really began. */
  readonly starts: ReadonlyMap<string, number>;
  /** Files whose print came to an end, whatever the end was. */
  readonly ended: readonly string[];
  /** Files begun while something lay on the plate. */
  readonly collisions: readonly string[];
  /** Files whose start was asked for while something lay on the plate, and the asker could know it. */
  readonly sentOnto: readonly string[];
  /** Prints that a fault of the machine began: a start performed twice, or late. */
  readonly performed: ReadonlyMap<string, number>;
  readonly isPrinting: boolean;
}

const ENDS = ["finished", "cancelled", "failed", "shutdown", "disconnected"];

/** A failure without a file is that of a start which was never carried out. */
function isEnd({ event, path }: PlateEvent): boolean {
  return ENDS.includes(event) && (event !== "failed" || path !== undefined);
}

/**
 * Judges a machine by its record and the moments (wall milliseconds) at which a person emptied its plate.
 * A machine that clears itself does so at the end of a print that finished.
 */
export function plateOf(
  events: readonly PlateEvent[],
  emptied: readonly number[],
  clearsItself: boolean,
): Plate {
  const starts = new Map<string, number>();
  const ended: string[] = [];
  const collisions: string[] = [];
  const sentOnto: string[] = [];
  const performed = new Map<string, number>();
  let printing: string | null = null;
  let isFault = false;
  /** When a fault began what prints now. */
  let faultAt: number | null = null;
  /** Since when a part has been lying there; null = empty. */
  let partSince: number | null = null;
  for (const one of events) {
    const { event, path, time } = one;
    const name = path?.split("/").at(-1) ?? "";
    const since: number | null = partSince;
    if (since !== null && emptied.some((moment) => moment >= since && moment <= time)) {
      partSince = null;
    }
    const isUnknown = faultAt !== null && time - faultAt < UNKNOWABLE;
    if (event === "start_requested" && partSince !== null && !isUnknown) sentOnto.push(name);
    if (event === "again") isFault = true;
    // A start performed late that the machine could not carry out began nothing.
    if (event === "failed" && path === undefined) isFault = false;
    if (event === "started") {
      starts.set(name, (starts.get(name) ?? 0) + 1);
      if (isFault) performed.set(name, (performed.get(name) ?? 0) + 1);
      faultAt = isFault ? time : null;
      isFault = false;
      if (partSince !== null) collisions.push(name);
      printing = name;
      partSince = time;
    } else if (isEnd(one) && printing !== null) {
      ended.push(printing);
      printing = null;
      faultAt = null;
      // Only an emptying after the end counts.
      partSince = event === "finished" && clearsItself ? null : time;
    }
  }
  return { starts, ended, collisions, sentOnto, performed, isPrinting: printing !== null };
}
