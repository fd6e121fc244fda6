import { BOARD_KEYS, type BoardKey, type BoardKeyName } from "#shared/desktop/boardKeys.ts";
import { isBusy } from "../features/board/useColumnDigits.ts";

const LINE = "[data-row]";

/**
 * Does what a menu names by pressing its key: the page then does it as it always does. Nothing happens while a
 * dialog is open or somebody types, but for what the key means in a text. False = no job has been chosen yet.
 */
export function pressBoardKey(name: BoardKeyName): boolean {
  const key: BoardKey = BOARD_KEYS[name];
  const focused = document.activeElement;
  if (isBusy(focused)) {
    if (key.inText !== undefined && isText(focused)) document.execCommand(key.inText);
    return true;
  }
  const target = key.on === "page" ? (focused ?? document.body) : chosenLine(focused);
  if (target === null) return false;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  press(target, key);
  return true;
}

/** As if the digits of a column had been typed. */
export function pressColumnNumber(number: number): void {
  const focused = document.activeElement ?? document.body;
  if (isBusy(focused)) return;
  for (const digit of String(number)) press(focused, { key: digit });
}

function press(target: Element, { key, mod, alt, shift }: Omit<BoardKey, "on">): void {
  const event = new KeyboardEvent("keydown", {
    key,
    ctrlKey: mod === true,
    altKey: alt === true,
    shiftKey: shift === true,
    bubbles: true,
    cancelable: true,
  });
  target.dispatchEvent(event);
}

/** The line with the keyboard, else the first that is selected; never one on a screen that is not seen. */
function chosenLine(focused: Element | null): Element | null {
  const own = focused?.closest(LINE) ?? null;
  const selected = document.querySelectorAll(`${LINE}[aria-selected="true"]`);
  // The keyboard may still be on a screen that was just left.
  return [own, ...selected].find((line) => line?.closest("[data-away]") === null) ?? null;
}

function isText(element: Element | null): boolean {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}
