import type { HistoryTotals } from "#shared/contract/farmHistory.ts";
import { addDays, startOfDay } from "./historyFilter.ts";

export interface Bar {
  /** First day, wall milliseconds. */
  readonly from: number;
  readonly finished: number;
  readonly other: number;
}

export type BarSpan = "day" | "week" | "month";

/** More bars than this are gathered into weeks, then months. */
const MOST_BARS = 62;

/**
 * Prints over time as bars without gaps: a day on which nothing ended is an empty bar, not a missing one.
 * Days are those of the totals, which begin at the reader's midnight; a long period is gathered.
 */
export function barsOf(
  days: HistoryTotals["days"],
  since: number,
  until: number,
): { readonly span: BarSpan; readonly bars: readonly Bar[] } {
  const first = startOfDay(since);
  const count = Math.max(1, Math.round((startOfDay(until) - first) / 86_400_000) + 1);
  const span: BarSpan = count <= MOST_BARS ? "day" : count <= MOST_BARS * 7 ? "week" : "month";
  const starts: number[] = [];
  for (let at = first; at <= until; at = nextStart(at, span)) starts.push(at);
  const bars = starts.map((from) => ({ from, finished: 0, other: 0 }));
  for (const { day, finished, attempts } of days) {
    // Noon: the totals' days are of one offset from UTC, ours follow the clock changes.
    const noon = day * 1000 + 43_200_000;
    const index = starts.findLastIndex((start) => start <= noon);
    const bar = bars[index];
    if (bar === undefined) continue;
    bar.finished += finished;
    bar.other += attempts - finished;
  }
  return { span, bars };
}

function nextStart(at: number, span: BarSpan): number {
  if (span === "day") return addDays(at, 1);
  if (span === "week") return addDays(at, 7);
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime();
}

/** Round steps for an axis: the highest value and the lines below it. */
export function axisOf(most: number): { readonly top: number; readonly lines: readonly number[] } {
  const rough = Math.max(1, most) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough);
  const top = Math.ceil(Math.max(1, most) / step) * step;
  return { top, lines: Array.from({ length: top / step }, (_, n) => (n + 1) * step) };
}
