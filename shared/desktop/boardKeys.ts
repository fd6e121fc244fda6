/** A key of the board as the page hears it; `mod` is Ctrl, and Cmd on a Mac. */
export interface BoardKey {
  /** As in `KeyboardEvent.key`. */
  readonly key: string;
  readonly mod?: true;
  readonly alt?: true;
  readonly shift?: true;
  /** What it acts on: the lines that are selected or have the keyboard, or the page as a whole. */
  readonly on: "line" | "page";
  /** What the same key does in a text. */
  readonly inText?: "undo" | "redo" | "selectAll";
}

/**
 * The keys of the board that do something, in the order in which menus name them. The page acts on them; the
 * application menu shows them and has the page press them, so that there is one way in which each is done.
 */
export const BOARD_KEYS = {
  undo: { key: "z", mod: true, on: "page", inText: "undo" },
  redo: { key: "z", mod: true, shift: true, on: "page", inText: "redo" },
  selectAll: { key: "a", mod: true, on: "line", inText: "selectAll" },
  answer: { key: "a", on: "page" },
  select: { key: " ", on: "line" },
  toFront: { key: "Home", alt: true, on: "line" },
  up: { key: "ArrowUp", alt: true, on: "line" },
  down: { key: "ArrowDown", alt: true, on: "line" },
  toEnd: { key: "End", alt: true, on: "line" },
  left: { key: "ArrowLeft", alt: true, on: "line" },
  right: { key: "ArrowRight", alt: true, on: "line" },
  move: { key: "m", on: "line" },
  copies: { key: "c", on: "line" },
  note: { key: "n", on: "line" },
  hold: { key: "h", on: "line" },
  menu: { key: "Enter", on: "line" },
  remove: { key: "Delete", on: "line" },
} as const satisfies Readonly<Record<string, BoardKey>>;

export type BoardKeyName = keyof typeof BOARD_KEYS;

export function isBoardKeyName(name: string): name is BoardKeyName {
  return Object.hasOwn(BOARD_KEYS, name);
}
