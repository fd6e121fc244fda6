import { createI18n, useI18n } from "vue-i18n";
import { en } from "./en.ts";

type Paths<T, Prefix extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Paths<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Keys of the texts: a key that does not exist is a compile error. */
export type MessageKey = Paths<typeof en>;

type Values = Readonly<Record<string, string | number>>;

export interface Messages {
  readonly t: (key: MessageKey, values?: Values) => string;
  /** Picks singular or plural by `count`, which the text may also show. */
  readonly plural: (key: MessageKey, count: number, values?: Values) => string;
}

export function createMessages() {
  return createI18n({ legacy: false, locale: "en", fallbackLocale: "en", messages: { en } });
}

/** The texts in the reader's language. */
export function useMessages(): Messages {
  const { t } = useI18n({ useScope: "global" });
  return {
    t: (key, values = {}) => t(key, { ...values }),
    plural: (key, count, values = {}) => t(key, { count, ...values }, count),
  };
}
