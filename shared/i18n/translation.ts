/** Languages there is a complete translation for. */
export type Language = "en" | "de";

/** The same keys as another language, at every depth: a missing or a left-over text is a compile error. */
export type TranslationOf<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : TranslationOf<T[K]>;
};

/** Keys of a table of texts, as in `menu.file`: a key that does not exist is a compile error. */
export type TextKey<T, Prefix extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : TextKey<T[K], `${Prefix}${K}.`>;
}[keyof T & string];
