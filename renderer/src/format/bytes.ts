import { numberFormat } from "./intlFormats.ts";
import { pageLocale } from "./pageLocale.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A file size in the reader's language: `812 B`, `4.2 MB`. */
export function formatBytes(bytes: number, locale = pageLocale()): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${numberFormat(locale, form).format(value)} ${UNITS[unit]}`;
}
