import type { PrinterView, QueueView } from "#shared/contract/farm.ts";

export interface QueueTimes {
  /** Wall milliseconds at which each row is done at the earliest; null from the first unknown one on. */
  readonly rows: readonly (number | null)[];
  readonly finish: number | null;
  /** Some estimate is unknown: the total is a lower bound. */
  readonly open: boolean;
}

/** When each job is done if plates are cleared at once. `from`: when the machine is free, milliseconds. */
export function queueTimes(queue: QueueView, from: number | null): QueueTimes {
  let at = from;
  let open = false;
  const rows = queue.rows.map((row) => {
    if (row.estimate === null) open = true;
    if (row.hold !== null) return null;
    at = at === null || row.estimate === null ? null : at + row.estimate * 1000;
    return at;
  });
  return { rows, finish: rows.length === 0 ? null : at, open };
}

/**
 * When the machine can begin with its queue: now, or when its print ends. Null while the queue is
 * paused, the machine is away, or nobody knows. `remaining` in seconds; the rest in wall milliseconds.
 */
export function freeAt(printer: PrinterView, remaining: number | null, now: number): number | null {
  const { queue, activity, current } = printer;
  if (!queue.armed || ["offline", "error", "unknown", "paused"].includes(activity)) return null;
  if (current === null || current.state === "staging") return now;
  return remaining === null ? null : now + remaining * 1000;
}
