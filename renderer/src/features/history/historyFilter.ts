import type { AttemptOutcome } from "#shared/domain/attempt.ts";
import type { PrinterId } from "#shared/domain/ids.ts";

export const PERIODS = ["days7", "days30", "days90", "days365", "ever", "custom"] as const;
export type Period = (typeof PERIODS)[number];

export interface Filter {
  readonly period: Period;
  /** Days as date fields have them, `2026-11-23`; only for `custom`, empty = open. */
  readonly from: string;
  readonly to: string;
  /** Empty = all. */
  readonly printer: string;
  readonly outcome: AttemptOutcome | "";
  readonly filename: string;
}

export const NO_FILTER: Filter = {
  period: "days30",
  from: "",
  to: "",
  printer: "",
  outcome: "",
  filename: "",
};

/** The filter as the host's methods take it; what is left out does not narrow. */
export interface Query {
  /** Unix seconds. */
  readonly since?: number;
  readonly before?: number;
  readonly printer?: PrinterId;
  readonly outcome?: AttemptOutcome;
  readonly filename?: string;
}

const DAYS: Readonly<Partial<Record<Period, number>>> = {
  days7: 7,
  days30: 30,
  days90: 90,
  days365: 365,
};

/** The filter as the host understands it. `now` in wall milliseconds; days begin at the reader's midnight. */
export function queryOf(filter: Filter, now: number): Query {
  const { since, before } = rangeOf(filter, now);
  const filename = filter.filename.trim();
  return {
    ...(since === null ? {} : { since: since / 1000 }),
    ...(before === null ? {} : { before: before / 1000 }),
    ...(filter.printer === "" ? {} : { printer: filter.printer as PrinterId }),
    ...(filter.outcome === "" ? {} : { outcome: filter.outcome }),
    ...(filename === "" ? {} : { filename }),
  };
}

/** First moment of the period and the one after its last, wall milliseconds; null = open. */
export function rangeOf(
  filter: Pick<Filter, "period" | "from" | "to">,
  now: number,
): { readonly since: number | null; readonly before: number | null } {
  const days = DAYS[filter.period];
  if (days !== undefined) return { since: addDays(startOfDay(now), 1 - days), before: null };
  if (filter.period === "ever") return { since: null, before: null };
  const from = dayOf(filter.from);
  const to = dayOf(filter.to);
  return { since: from, before: to === null ? null : addDays(to, 1) };
}

function dayOf(text: string): number | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(day)).getTime();
}

export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** By the calendar, not by 24 hours: days with a clock change are shorter or longer. */
export function addDays(day: number, count: number): number {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + count).getTime();
}
