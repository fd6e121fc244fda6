import { messageOf } from "#shared/rpc/errors.ts";
import { createI18n, useI18n } from "vue-i18n";
import { accessDe } from "./access.de.ts";
import { accessEn } from "./access.en.ts";
import { de } from "./de.ts";
import { desktopDe } from "./desktop.de.ts";
import { desktopEn } from "./desktop.en.ts";
import { en } from "./en.ts";
import { historyDe } from "./history.de.ts";
import { historyEn } from "./history.en.ts";
import { hostTextsDe } from "#shared/i18n/hostTexts.de.ts";
import { hostTextsEn } from "#shared/i18n/hostTexts.en.ts";
import { hostTextTranslator } from "#shared/i18n/hostText.ts";
import type { TextKey } from "#shared/i18n/translation.ts";
import { keysDe } from "./keys.de.ts";
import { keysEn } from "./keys.en.ts";
import { printerDe } from "./printer.de.ts";
import { printerEn } from "./printer.en.ts";
import { screensDe } from "./screens.de.ts";
import { screensEn } from "./screens.en.ts";

const english = {
  ...en,
  ...desktopEn,
  ...screensEn,
  ...historyEn,
  ...printerEn,
  ...accessEn,
  ...keysEn,
};
const german = {
  ...de,
  ...desktopDe,
  ...screensDe,
  ...historyDe,
  ...printerDe,
  ...accessDe,
  ...keysDe,
};

/** Keys of the texts: a key that does not exist is a compile error. */
export type MessageKey = TextKey<typeof english>;

type Values = Readonly<Record<string, string | number>>;

export interface Messages {
  readonly t: (key: MessageKey, values?: Values) => string;
  /** Picks singular or plural by `count`, which the text may also show. */
  readonly plural: (key: MessageKey, count: number, values?: Values) => string;
  /** What the host said, in its English, or an error it answered with. */
  readonly said: (words: unknown) => string;
}

const germanOf = hostTextTranslator(hostTextsDe);
const englishOf = hostTextTranslator(hostTextsEn);

export function createMessages() {
  return createI18n({
    legacy: false,
    locale: "en",
    fallbackLocale: "en",
    messages: { en: english, de: german },
  });
}

/** Sentences kept; a large farm shows some hundreds that differ. */
const AT_MOST = 2000;
const sentences = new Map<string, string>();
let spoken = "";

/** What was said before, else `make`. A farm of hundreds says the same few sentences again and again. */
function remembered(language: string, id: string, make: () => string): string {
  if (language !== spoken || sentences.size >= AT_MOST) sentences.clear();
  spoken = language;
  let sentence = sentences.get(id);
  if (sentence === undefined) {
    sentence = make();
    sentences.set(id, sentence);
  }
  return sentence;
}

/** The texts in the reader's language. */
export function useMessages(): Messages {
  const { t, locale } = useI18n({ useScope: "global" });
  return {
    t: (key, values) => {
      const id = values === undefined ? key : key + JSON.stringify(values);
      return remembered(locale.value, id, () => t(key, { ...values }));
    },
    plural: (key, count, values) => {
      const id = `${key} ${count}${values === undefined ? "" : JSON.stringify(values)}`;
      return remembered(locale.value, id, () => t(key, { count, ...values }, count));
    },
    said: (words) => {
      const text = messageOf(words);
      return locale.value === "de" ? germanOf(text) : englishOf(text);
    },
  };
}
