import type { PrinterView } from "#shared/contract/farm.ts";
import { inFilter } from "../board/boardFilter.ts";

export interface FarmNumbers {
  readonly printing: number;
  readonly idle: number;
  readonly attention: number;
  readonly offline: number;
  readonly all: number;
  /** Share of all printers that work on a print, 0 to 1. */
  readonly utilisation: number;
}

/** The farm at a glance, for a screen on the wall of the shop. */
export function farmNumbers(printers: readonly PrinterView[]): FarmNumbers {
  const count = (filter: Parameters<typeof inFilter>[1]): number =>
    printers.filter((printer) => inFilter(printer, filter)).length;
  const printing = count("printing");
  return {
    printing,
    idle: count("idle"),
    attention: count("attention"),
    offline: count("offline"),
    all: printers.length,
    utilisation: printers.length === 0 ? 0 : printing / printers.length,
  };
}
