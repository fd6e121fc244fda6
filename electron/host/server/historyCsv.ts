import type { HistoryItem } from "#shared/contract/farmHistory.ts";

const COLUMNS = [
  "printer",
  "printer_id",
  "file",
  "outcome",
  "started",
  "ended",
  "duration_s",
  "estimate_s",
  "filament_mm",
  "filament_g",
  "decision",
  "good_parts",
  "message",
  "attempt",
] as const;

/** The first line of an export; RFC 4180, lines end in CR LF. */
export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;

/** One attempt as a line; times in ISO 8601, UTC. Filament is that of a whole print, whatever the outcome. */
export function csvLine(item: HistoryItem): string {
  const fields = [
    item.printer_name ?? "",
    item.printer,
    item.filename,
    item.outcome,
    time(item.started),
    time(item.ended),
    number(item.duration, 0),
    number(item.estimate, 0),
    number(item.filament_length, 0),
    number(item.filament_weight, 1),
    item.decision ?? "",
    number(item.good_parts, 0),
    item.message ?? "",
    item.attempt,
  ];
  return `${fields.map(field).join(",")}\r\n`;
}

/** Spreadsheets run a text that begins like a formula; file names come from anywhere. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function time(seconds: number | null): string {
  return seconds === null ? "" : new Date(seconds * 1000).toISOString();
}

function number(value: number | null, digits: number): string {
  return value === null ? "" : value.toFixed(digits);
}
