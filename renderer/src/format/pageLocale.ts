/** The reader's language and clock, as the page declares them; undefined leaves it to the browser. */
export function pageLocale(): string | undefined {
  const { lang } = document.documentElement;
  return lang === "" ? undefined : lang;
}
