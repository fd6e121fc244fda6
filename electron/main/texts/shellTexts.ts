import { boardKeysDe } from "#shared/i18n/boardKeys.de.ts";
import { boardKeysEn } from "#shared/i18n/boardKeys.en.ts";
import { hostTextTranslator } from "#shared/i18n/hostText.ts";
import { hostTextsDe } from "#shared/i18n/hostTexts.de.ts";
import { hostTextsEn } from "#shared/i18n/hostTexts.en.ts";
import type { Language, TextKey } from "#shared/i18n/translation.ts";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import { shellDe } from "./shell.de.ts";
import { shellEn } from "./shell.en.ts";

const english = { ...shellEn, boardKeys: boardKeysEn };

export type ShellTextKey = TextKey<typeof english>;
type Values = Readonly<Record<string, string | number>>;

/** What the app says outside its page, in one language. */
export interface ShellTexts {
  readonly language: Language;
  /** With a `count` among the values, `one | many` is chosen by it. */
  readonly t: (key: ShellTextKey, values?: Values) => string;
  /** What the host said, in its English. */
  readonly said: (words: string) => string;
}

const made = new Map<Language, ShellTexts>();

/** The texts of a language; made at the first use, the host's sentences are hundreds. */
export function shellTexts(language: Language): ShellTexts {
  const known = made.get(language) ?? textsOf(language);
  made.set(language, known);
  return known;
}

/** The language chosen in the app, else that of the system as Chromium names it: what the page goes by too. */
export function languageOf(chosen: DesktopSettings["language"], system: string): Language {
  if (chosen !== "system") return chosen;
  return system.toLowerCase().startsWith("de") ? "de" : "en";
}

function textsOf(language: Language): ShellTexts {
  const isGerman = language === "de";
  const texts = flatten(isGerman ? { ...shellDe, boardKeys: boardKeysDe } : english);
  const said = hostTextTranslator(isGerman ? hostTextsDe : hostTextsEn);
  return { language, said, t: (key, values = {}) => fill(texts.get(key) ?? key, values) };
}

function flatten(table: object, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(table).flatMap(([name, value]: [string, unknown]): [string, string][] => {
      if (typeof value === "string") return [[`${prefix}${name}`, value]];
      return typeof value === "object" && value !== null
        ? [...flatten(value, `${prefix}${name}.`)]
        : [];
    }),
  );
}

function fill(text: string, values: Values): string {
  const [one = "", many = one] = text.split(" | ");
  const form = values["count"] === undefined || values["count"] === 1 ? one : many;
  return form.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
