import { dateFormat, numberFormat } from "./intlFormats.ts";
import { pageLocale } from "./pageLocale.ts";

/** `23 Nov, 14:05`, with the year when it is not this one. Wall milliseconds in. */
export function formatDateTime(at: number, now: number, locale = pageLocale()): string {
  const form = { ...dayFormat(at, now), hour: "numeric", minute: "2-digit" } as const;
  return dateFormat(locale, form).format(at);
}

/** `23 Nov`, with the year when it is not this one. */
export function formatDay(at: number, now: number, locale = pageLocale()): string {
  return dateFormat(locale, dayFormat(at, now)).format(at);
}

/** A number with the reader's separators. */
export function formatCount(count: number, locale = pageLocale()): string {
  return numberFormat(locale).format(count);
}

function dayFormat(at: number, now: number): Intl.DateTimeFormatOptions {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) };
}
