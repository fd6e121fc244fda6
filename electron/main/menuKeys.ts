import type { MenuItemConstructorOptions } from "electron";
import {
  BOARD_KEYS,
  type BoardKey,
  type BoardKeyName,
  isBoardKeyName,
} from "#shared/desktop/boardKeys.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";

/** Electron's names of keys that a page calls differently. */
const NAMES: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};
/** Columns with a key of one digit. */
const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export interface KeyActions {
  /** Has the page do what this key of the board does. */
  readonly pressKey: (name: BoardKeyName) => void;
  readonly goToColumn: (number: number) => void;
  /** In the text that has the keyboard. */
  readonly editText: (what: "undo" | "redo" | "selectAll") => void;
}

/** The menu items of the board's keys that are on `line`; what belongs to the page is among the edits. */
export function queueItems(
  platform: string,
  texts: ShellTexts,
  actions: KeyActions,
): MenuItemConstructorOptions[] {
  const names = Object.keys(BOARD_KEYS).filter(isBoardKeyName);
  const lines = names.filter((name) => !("inText" in BOARD_KEYS[name]));
  return [
    ...lines.map((name) => keyItem(name, platform, texts, actions)),
    { type: "separator" },
    { label: texts.t("menu.column"), submenu: DIGITS.map((number) => columnItem(number)) },
  ];

  function columnItem(number: number): MenuItemConstructorOptions {
    return {
      ...shown(String(number), { key: String(number), on: "page" }, platform),
      click: (_item, _window, event) => {
        if (event.triggeredByAccelerator !== true) actions.goToColumn(number);
      },
    };
  }
}

/** One key of the board. The page has heard the key itself: an item does nothing when its key chose it. */
export function keyItem(
  name: BoardKeyName,
  platform: string,
  texts: ShellTexts,
  actions: KeyActions,
): MenuItemConstructorOptions {
  const key: BoardKey = BOARD_KEYS[name];
  return {
    ...shown(texts.t(`boardKeys.${name}`), key, platform),
    click: (_item, _window, event) => {
      if (event.triggeredByAccelerator !== true) actions.pressKey(name);
      // A Mac's text fields know their keys from the menu, and only those reach it.
      else if (key.inText !== undefined) actions.editText(key.inText);
    },
  };
}

/**
 * Label and key. Where a menu can show a key without taking it, it does. A Mac's cannot: there a key without
 * Cmd, which belongs to whoever types, is written beside the label.
 */
function shown(label: string, key: BoardKey, platform: string): MenuItemConstructorOptions {
  const accelerator = acceleratorOf(key);
  if (platform === "darwin" && key.mod === undefined) {
    if (label === accelerator) return { label };
    return { label: `${label} (${accelerator.replace("Alt+", "⌥ ")})` };
  }
  return { label, accelerator, registerAccelerator: false };
}

export function acceleratorOf({ key, mod, alt, shift }: BoardKey): string {
  const words = [mod && "CmdOrCtrl", alt && "Alt", shift && "Shift"];
  const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [...words.filter((word) => word !== undefined), name].join("+");
}
