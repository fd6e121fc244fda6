import type { PrinterView } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import { dropPlace } from "./dropPlace.ts";
import { queueItems, type Row } from "./queueItems.ts";
import { useJobCommands } from "./useJobCommands.ts";

/** Where to: one line up or down, or an end of the queue. */
export type Place = "front" | "end" | -1 | 1;

/** Moves within one queue that are said in places instead of with the mouse. */
export function useJobPlaces() {
  const commands = useJobCommands();

  return {
    canMove: (printer: PrinterView, rows: readonly Row[], place: Place): boolean =>
      placeBefore(printer, rows, place) !== undefined,

    /** Stays where it is at the edge of the queue and behind a row that is on its way to the printer. */
    moveTo: async (printer: PrinterView, rows: readonly Row[], place: Place): Promise<void> => {
      const before = placeBefore(printer, rows, place);
      if (before !== undefined) await commands.move(printer, rows, before);
    },
  };
}

/** Before which copy these go; undefined = they stay. A line is passed whole, with all its copies. */
export function placeBefore(
  printer: PrinterView,
  moved: readonly Row[],
  place: Place,
): CopyId | null | undefined {
  const { rows } = printer.queue;
  const ids = moved.filter((row) => !row.locked).map((row) => row.job_id);
  if (ids.length === 0) return undefined;
  if (place === "front") return dropPlace(rows, ids, rows[0]?.job_id ?? null, true);
  if (place === "end") return dropPlace(rows, ids, null, false);
  const going = new Set(ids);
  const others = queueItems(rows.filter((row) => !going.has(row.job_id)));
  const edge = place < 0 ? ids[0] : ids.at(-1);
  const at = rows.findIndex((row) => row.job_id === edge);
  const neighbour =
    place < 0
      ? others.findLast((item) => rows.indexOf(item.rows[0]) < at)
      : others.find((item) => rows.indexOf(item.rows[0]) > at);
  if (neighbour === undefined) return undefined;
  const beside = place < 0 ? neighbour.rows[0] : neighbour.rows.at(-1);
  return dropPlace(rows, ids, beside?.job_id ?? null, place < 0);
}
