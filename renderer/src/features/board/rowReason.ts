import type { PrinterView } from "#shared/contract/farm.ts";
import type { ReasonCode } from "#shared/domain/queue.ts";
import type { Messages } from "../../i18n/messages.ts";

type Row = PrinterView["queue"]["rows"][number];

/**
 * Reasons whose code says it all, in few enough words for a line of a column; of the others the host's
 * sentence tells more than its kind.
 */
const SHORT = {
  behind: null,
  not_armed: "why.not_armed",
  link_down: "why.link_down",
  klippy_disconnected: "why.klippy_disconnected",
  klippy_not_ready: "why.klippy_not_ready",
  printing: "why.printing",
  paused_print: "why.paused_print",
  sdcard_active: "why.sdcard_active",
  moving: "why.moving",
  plate_occupied: "why.plate_occupied",
  plate_unknown: "why.plate_unknown",
  plate_clearing: "why.plate_clearing",
  decision_open: "why.decision_open",
  reconciling: "why.reconciling",
  held: null,
  out_of_service: "why.out_of_service",
  powering_on: "why.powering_on",
  wrong_machine: null,
  not_staged: "why.not_staged",
  staging_failed: "why.staging_failed",
  needs_start: "why.needs_start",
  delay: "why.delay",
  undo_grace: "why.undo_grace",
  not_master: null,
  foreign_queue: "why.foreign_queue",
} as const satisfies Record<ReasonCode, string | null>;

/** The one line that says why a copy waits; `ahead`: copies that go before it. */
export function rowReason(row: Row, ahead: number, { t, plural, said }: Messages): string {
  const [first] = row.reasons;
  if (first === undefined) return row.hold === null ? t("queue.next") : said(row.hold);
  if (first.code === "behind" && ahead > 0) return plural("why.behind", ahead);
  const short = SHORT[first.code];
  return short === null ? said(first.text) : t(short);
}

/** Copies before `row` that will not be skipped. */
export function copiesAhead(rows: readonly Row[], row: Row): number {
  let count = 0;
  for (const other of rows) {
    if (other.job_id === row.job_id) break;
    if (other.hold === null) count++;
  }
  return count;
}
