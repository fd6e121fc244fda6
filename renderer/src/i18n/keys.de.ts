import { boardKeysDe } from "#shared/i18n/boardKeys.de.ts";
import type { TranslationOf } from "#shared/i18n/translation.ts";
import type { keysEn } from "./keys.en.ts";

export const keysDe: TranslationOf<typeof keysEn> = {
  keys: {
    title: "Tastatur",
    cap: {
      ctrl: "Strg",
      alt: "Alt",
      shift: "Umschalt",
      space: "Leertaste",
      home: "Pos1",
      end: "Ende",
      delete: "Entf",
      enter: "Eingabe",
    },
    board: boardKeysDe,
    column: "Zur Spalte mit dieser Nummer",
    walk: "Über Aufträge und Spalten gehen; mit Umschalt mehrere wählen",
  },
};
