/** The same keys as another language, at every depth: a missing or a left-over text is a compile error. */
export type TranslationOf<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : TranslationOf<T[K]>;
};
