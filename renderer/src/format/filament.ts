import { numberFormat } from "./intlFormats.ts";
import { pageLocale } from "./pageLocale.ts";

/** Filament as operators buy it: `840 g`, `12.4 kg`, or `3.2 m` where only the length is known. */
export function formatFilament(
  grams: number | null,
  millimetres: number | null,
  locale = pageLocale(),
): string {
  if (grams !== null && grams > 0) {
    return grams < 999.5 ? `${round(grams, 0, locale)} g` : `${round(grams / 1000, 1, locale)} kg`;
  }
  if (millimetres !== null && millimetres > 0) return `${round(millimetres / 1000, 1, locale)} m`;
  return "";
}

function round(value: number, digits: number, locale: string | undefined): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(value);
}
