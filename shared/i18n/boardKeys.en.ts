import type { BoardKeyName } from "../desktop/boardKeys.ts";

/** What the keys of the board do, for the application menu and the list of keys in the settings. */
export const boardKeysEn = {
  undo: "Undo",
  redo: "Redo",
  selectAll: "Select All",
  answer: "Next Printer that Needs You",
  select: "Select or Deselect Job",
  toFront: "Move to the Front",
  up: "Move Up",
  down: "Move Down",
  toEnd: "Move to the End",
  left: "Move to the Printer on the Left",
  right: "Move to the Printer on the Right",
  move: "Move to…",
  copies: "Change Copies…",
  note: "Change Note…",
  hold: "Hold or Release",
  menu: "All Actions of the Job…",
  remove: "Remove from Queue",
} as const satisfies Record<BoardKeyName, string>;
