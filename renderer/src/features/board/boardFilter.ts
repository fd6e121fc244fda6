import type { PrinterView } from "#shared/contract/farm.ts";

/** Groups of the board's filter, in the order of the chips. */
export const FILTERS = ["all", "attention", "printing", "idle", "offline"] as const;
export type Filter = (typeof FILTERS)[number];

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
