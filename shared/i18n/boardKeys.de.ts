import type { boardKeysEn } from "./boardKeys.en.ts";
import type { TranslationOf } from "./translation.ts";

export const boardKeysDe: TranslationOf<typeof boardKeysEn> = {
  undo: "Rückgängig",
  redo: "Wiederholen",
  selectAll: "Alles auswählen",
  answer: "Zum nächsten Drucker, der Sie braucht",
  select: "Auftrag wählen oder abwählen",
  toFront: "Nach vorn",
  up: "Eins nach oben",
  down: "Eins nach unten",
  toEnd: "Ans Ende",
  left: "Zum Drucker links verschieben",
  right: "Zum Drucker rechts verschieben",
  move: "Verschieben zu …",
  copies: "Anzahl ändern …",
  note: "Notiz ändern …",
  hold: "Zurückhalten oder freigeben",
  menu: "Alle Aktionen für den Auftrag …",
  remove: "Aus der Warteschlange nehmen",
};
