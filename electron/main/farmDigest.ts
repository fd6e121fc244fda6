import type { PrinterView } from "#shared/contract/farm.ts";

/** A printer that needs a person, or does something, in one line. */
export interface PrinterLine {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly needsPerson: boolean;
}

/** What tray, taskbar and power management want to know of the farm. */
export interface FarmDigest {
  /** In the board's order. */
  readonly lines: readonly PrinterLine[];
  /** Printers that need a person. */
  readonly attention: number;
  /** Printers that print or are paused in a print, or are about to. */
  readonly busy: number;
  /** Mean progress of the running prints, 0 to 1; null while nothing prints. */
  readonly progress: number | null;
}

export const EMPTY_DIGEST: FarmDigest = {
  lines: [],
  attention: 0,
  busy: 0,
  progress: null,
};

const BUSY: ReadonlySet<PrinterView["activity"]> = new Set([
  "transferring",
  "clearing",
  "starting",
  "printing",
  "paused",
  "finishing",
]);

/** A pure summary of all printers. */
export function digestFarm(printers: Iterable<PrinterView>): FarmDigest {
  const views = [...printers].sort((a, b) => a.order - b.order);
  const running = views.flatMap(({ activity, current }) =>
    current !== null && (activity === "printing" || activity === "paused")
      ? [current.progress]
      : [],
  );
  return {
    lines: views.map(lineOf),
    attention: views.filter((view) => view.attention.length > 0).length,
    busy: views.filter((view) => BUSY.has(view.activity)).length,
    progress:
      running.length === 0 ? null : running.reduce((sum, share) => sum + share, 0) / running.length,
  };
}

function lineOf(view: PrinterView): PrinterLine {
  const { id, name } = view;
  const [first] = view.attention;
  return { id, name, text: first?.text ?? doingOf(view), needsPerson: first !== undefined };
}

function doingOf({ activity, current, queue }: PrinterView): string {
  if (current !== null && (activity === "printing" || activity === "paused")) {
    const word = activity === "paused" ? "Paused" : "Printing";
    return `${word} ${current.filename}, ${Math.floor(current.progress * 100)} %`;
  }
  const waiting = queue.rows.length === 0 ? "" : `, ${queue.rows.length} waiting`;
  return `${activity.charAt(0).toUpperCase()}${activity.slice(1)}${waiting}`;
}
