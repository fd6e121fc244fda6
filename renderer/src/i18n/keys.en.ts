import { boardKeysEn } from "#shared/i18n/boardKeys.en.ts";

/** Keys by what is written on them, and what they do. */
export const keysEn = {
  keys: {
    title: "Keyboard",
    cap: {
      ctrl: "Ctrl",
      alt: "Alt",
      shift: "Shift",
      space: "Space",
      home: "Home",
      end: "End",
      delete: "Del",
      enter: "Enter",
    },
    board: boardKeysEn,
    column: "Go to the Column with this Number",
    walk: "Walk over Jobs and Columns; with Shift, Select Several",
  },
};
