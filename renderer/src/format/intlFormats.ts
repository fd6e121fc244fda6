const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

/** One formatter per language and form: making one costs a hundred times what using it does. */
export function dateFormat(
  locale: string | undefined,
  form: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  return kept(dates, locale, form, () => new Intl.DateTimeFormat(locale, form));
}

export function numberFormat(
  locale: string | undefined,
  form: Intl.NumberFormatOptions = {},
): Intl.NumberFormat {
  return kept(numbers, locale, form, () => new Intl.NumberFormat(locale, form));
}

function kept<T>(formats: Map<string, T>, locale: string | undefined, form: object, make: () => T) {
  const key = `${locale ?? ""} ${JSON.stringify(form)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = make();
    formats.set(key, format);
  }
  return format;
}
