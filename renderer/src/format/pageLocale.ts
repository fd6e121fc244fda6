let language = "";
let known: string | undefined;

/**
 * The reader's language and clock, as the page declares them; undefined leaves it to the browser. A browser
 * may call its language something that is no language tag ("en-US@posix" where LANG is C): the part of it
 * that is one counts.
 */
export function pageLocale(): string | undefined {
  const { lang } = document.documentElement;
  // Asked for every time on the screen, and changed once a year.
  if (lang !== language) {
    language = lang;
    known = localeOf(lang);
  }
  return known;
}

function localeOf(lang: string): string | undefined {
  const [tag = ""] = lang.split("@");
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
