import type { PrinterView, QueueView } from "#shared/contract/farm.ts";

const HEAD = ["PRINTER", "STATE", "PRINT", "DONE", "LEFT", "PLATE", "QUEUE", "NEEDS"];

/** Every printer as one line, under a head. */
export function farmTable(views: readonly PrinterView[]): string {
  if (views.length === 0) return "There is no printer yet. Add one on the board.";
  return table([HEAD, ...views.map((view) => printerCells(view))]);
}

/** One printer with its queue, and why each job waits. */
export function queueText(view: PrinterView): string {
  const { queue } = view;
  const rows = queue.rows.map((row, index) => [
    String(index + 1),
    row.job_id,
    row.filename,
    row.estimate === null ? "" : duration(row.estimate),
    row.hold ?? row.reasons[0]?.text ?? "next",
  ]);
  const open = queue.decisions.map(
    ({ filename, outcome, message }) =>
      `asks: ${filename} ended ${outcome}${message === null ? "" : ` (${message})`}: retry, requeue or dismiss?`,
  );
  return [
    farmTable([view]),
    ...open,
    rows.length === 0
      ? "The queue is empty."
      : table([["#", "JOB", "FILE", "TAKES", "WAITS FOR"], ...rows]),
  ].join("\n");
}

/** What a printer does, in one line that changes only with what matters. */
export function activityLine(view: PrinterView): string {
  const { current, queue, plate, attention } = view;
  const print = current === null ? "" : ` ${current.filename}`;
  const needs = attention.map(({ text }) => ` ! ${text}`).join("");
  return `${view.id}: ${view.activity}${print}, plate ${plate.state}, ${jobs(queue)} waiting${needs}`;
}

function printerCells(view: PrinterView): string[] {
  const { current, plate, queue } = view;
  const remaining = current?.remaining ?? null;
  return [
    view.id,
    view.activity,
    current?.filename ?? "-",
    current === null ? "-" : `${Math.floor(current.progress * 100)} %`,
    remaining === null ? "-" : duration(remaining),
    plate.state,
    `${jobs(queue)} ${queue.state}`,
    view.attention[0]?.text ?? "-",
  ];
}

function jobs({ rows }: QueueView): string {
  return `${rows.length} ${rows.length === 1 ? "job" : "jobs"}`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
