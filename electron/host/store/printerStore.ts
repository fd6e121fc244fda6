import type { PrinterId } from "#shared/domain/ids.ts";
import type { Printer } from "#shared/domain/printer.ts";

/** The farm's printers. Ids of removed printers are kept, so that none is used again. */
export interface PrinterStore {
  /** Sorted by `order`. */
  list(): readonly Printer[];
  put(printer: Printer): Promise<void>;
  remove(id: PrinterId): Promise<void>;
  /** True for every id that is or was a printer's. */
  isTaken(id: PrinterId): boolean;
}
