import type { PrinterView } from "#shared/contract/farm.ts";
import type { Row } from "./queueItems.ts";

export interface Grace {
  /** Host's wall milliseconds at which the next print starts. */
  readonly until: number;
  /** Milliseconds in all. */
  readonly length: number;
  readonly next: Row;
}

/** The seconds after a clear in which it can be taken back before it starts a print; null = none run. */
export function graceOf(printer: PrinterView): Grace | null {
  const next = printer.queue.rows.find((row) =>
    row.reasons.some((reason) => reason.code === "undo_grace"),
  );
  if (next === undefined || printer.plate.state !== "clear") return null;
  const length = printer.options.clear_grace * 1000;
  return { until: printer.plate.since * 1000 + length, length, next };
}
