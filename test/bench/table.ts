import { percent, type Row } from "./measure.ts";

/** The rows as text; a requirement that was not kept is named in a line of its own below its row. */
export function table(rows: readonly Row[]): string {
  const head = ["what", "per second", "median ms", "p95 ms", "p99 ms", "CPU ms", "MB", "ratio"];
  const all = [head, ...rows.map(cells)];
  const widths = head.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.flatMap((line, index) => [line, ...verdicts(rows[index - 1])]).join("\n");
}

function cells(row: Row): string[] {
  const ratio = row.ratio === undefined ? "" : `${percent(row.ratio)} of ${row.limit ?? ""}`;
  const times = [row.median, row.p95, row.p99].map((time) => time.toFixed(2));
  return [
    row.name,
    row.perSecond === 0 ? "" : row.perSecond.toFixed(row.perSecond < 10 ? 2 : 0),
    ...times,
    row.cpu?.toFixed(3) ?? "",
    row.memory?.toFixed(0) ?? "",
    ratio,
  ];
}

function verdicts(row: Row | undefined): string[] {
  return (row?.verdicts ?? []).map(
    ({ required, measured, met }) => `    ${met ? "kept" : "MISSED"}: ${required}; ${measured}`,
  );
}
