export interface TimelineDifference {
  /** Row of docs/compatibility.md that says why. */
  readonly row: string;
  readonly ours: {
    readonly answers: readonly string[];
    readonly notifications: readonly string[];
  };
}

/** What our clients see instead of the recorded order, by the scenario's first word. */
export const TIMELINE_DIFFERENCES: Readonly<Record<string, TimelineDifference | undefined>> = {};
