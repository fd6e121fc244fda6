import { formatDateTime } from "./date.ts";
import { dateFormat } from "./intlFormats.ts";
import { pageLocale } from "./pageLocale.ts";

export interface ClockTime {
  readonly time: string;
  /** Midnights between now and then: 0 today, 1 tomorrow. */
  readonly days: number;
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };

/** Clock time of `at` in the reader's zone, with how many days ahead it is. Wall milliseconds in. */
export function clockTime(at: number, now: number, locale = pageLocale()): ClockTime {
  const time = dateFormat(locale, CLOCK).format(at);
  return { time, days: Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000) };
}

/** Beyond a week nobody counts days: the date says more. */
const COUNTED_DAYS = 6;

/** `16:48`, tomorrow `07:10 +1`, yesterday `22:15 −1`, three weeks ago `2 Nov, 22:15`. */
export function formatClockTime(at: number, now: number, locale = pageLocale()): string {
  const { time, days } = clockTime(at, now, locale);
  if (Math.abs(days) > COUNTED_DAYS) return formatDateTime(at, now, locale);
  if (days === 0) return time;
  return days > 0 ? `${time} +${days}` : `${time} −${-days}`;
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
