import type { PrinterLive, PrinterView } from "#shared/contract/farm.ts";

/** Groups of the filter, in the order of the chips. */
export const FILTERS = ["all", "attention", "printing", "idle", "offline"] as const;
export type Filter = (typeof FILTERS)[number];

/** Orders: their place on the board, who needs a person first, who is done first. */
export const SORTS = ["place", "attention", "finish"] as const;
export type Sort = (typeof SORTS)[number];

export interface Shown {
  readonly filter: Filter;
  /** A printer must have all of them. */
  readonly tags: readonly string[];
  readonly search: string;
  readonly sort: Sort;
}

/** A printer may be in several groups: one that prints can need a person too. */
export function inFilter(printer: PrinterView, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "attention":
      return printer.attention.length > 0;
    case "printing":
      return ["transferring", "starting", "printing", "paused", "finishing"].includes(
        printer.activity,
      );
    case "idle":
      return ["idle", "clearing"].includes(printer.activity);
    case "offline":
      return ["offline", "unknown", "error"].includes(printer.activity);
  }
}

/** Tags and search alone: what the chips' counts are taken from. */
export function matching(
  printers: readonly PrinterView[],
  shown: Pick<Shown, "tags" | "search">,
): readonly PrinterView[] {
  const words = shown.search.toLowerCase().split(/\s+/).filter(Boolean);
  return printers.filter(
    (printer) =>
      shown.tags.every((tag) => printer.tags.includes(tag)) &&
      words.every((word) => textOf(printer).includes(word)),
  );
}

/** What may be searched for: the printer, where it is, and what it prints or is to print. */
function textOf(printer: PrinterView): string {
  const { name, tags, link, current, queue } = printer;
  const files = new Set(queue.rows.map((row) => row.filename));
  return [name, ...tags, link.address, current?.filename ?? "", ...files].join("\n").toLowerCase();
}

/** All tags of the farm, most used first. */
export function tagsOf(printers: readonly PrinterView[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const tag of printers.flatMap((printer) => printer.tags)) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([tag]) => tag);
}

/** Attention, most urgent first: what stands still and what may be lost before what only waits. */
const URGENCY = [
  "klippy",
  "store",
  "decision",
  "transfer",
  "print_paused",
  "plate",
  "foreign_queue",
  "unauthorized",
  "options",
  "not_master",
  "offline_with_jobs",
];

/** In the order asked for; equal ones keep their place on the board. */
export function sorted(
  printers: readonly PrinterView[],
  sort: Sort,
  live: ReadonlyMap<string, PrinterLive>,
): readonly PrinterView[] {
  if (sort === "place") return printers;
  const remaining = (printer: PrinterView): number =>
    printer.current === null ? Infinity : (live.get(printer.id)?.remaining ?? Infinity);
  const urgency = (printer: PrinterView): number => {
    const [first] = printer.attention;
    if (first === undefined) return URGENCY.length + 1;
    const at = URGENCY.indexOf(first.kind);
    return at < 0 ? 0 : at;
  };
  const byFinish = (a: PrinterView, b: PrinterView): number => order(remaining(a), remaining(b));
  return printers.toSorted((a, b) =>
    sort === "finish" ? byFinish(a, b) : order(urgency(a), urgency(b)) || byFinish(a, b),
  );
}

/** Infinity minus infinity is no order. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
