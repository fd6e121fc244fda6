/**
 * The reader's language and clock, as the page declares them; undefined leaves it to the browser. A browser
 * may call its language something that is no language tag ("en-US@posix" where LANG is C): the part of it
 * that is one counts.
 */
export function pageLocale(): string | undefined {
  const [tag = ""] = document.documentElement.lang.split("@");
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
