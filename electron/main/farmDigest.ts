import type { PrinterView } from "#shared/contract/farm.ts";

/** What a printer needs or does, before it is said in somebody's language. */
export type PrinterNews =
  /** It needs a person: the host's own sentence. */
  | { readonly kind: "asks"; readonly text: string }
  | {
      readonly kind: "prints";
      readonly paused: boolean;
      readonly file: string;
      /** Whole, so that it changes a hundred times in a print and no more often. */
      readonly percent: number;
    }
  | {
      readonly kind: "other";
      readonly activity: PrinterView["activity"];
      /** Copies in its queue. */
      readonly waiting: number;
    };

export interface PrinterLine {
  readonly id: string;
  readonly name: string;
  readonly news: PrinterNews;
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
  return { id, name, news: newsOf(view) };
}

function newsOf({ attention, activity, current, queue }: PrinterView): PrinterNews {
  const [first] = attention;
  if (first !== undefined) return { kind: "asks", text: first.text };
  if (current !== null && (activity === "printing" || activity === "paused")) {
    const { filename, progress } = current;
    const percent = Math.floor(progress * 100);
    return { kind: "prints", paused: activity === "paused", file: filename, percent };
  }
  return { kind: "other", activity, waiting: queue.rows.length };
}
