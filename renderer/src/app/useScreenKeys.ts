import { onMounted, onUnmounted } from "vue";
import { SCREENS, type ScreenName } from "./screens.ts";

/** Milliseconds in which the letter must follow the g. */
const PAUSE = 1200;

/**
 * g and a letter, or Ctrl and the screen's number, lead to a screen. Keys belong to whoever types in a
 * field and to what lies over the page; then these do nothing.
 */
export function useScreenKeys(go: (screen: ScreenName) => void): void {
  let armedUntil = 0;

  function onKey(event: KeyboardEvent): void {
    const screen = screenFor(event);
    if (screen === undefined) return;
    event.preventDefault();
    // The letter has done its work: screens have keys of their own.
    event.stopImmediatePropagation();
    go(screen);
  }

  function screenFor(event: KeyboardEvent): ScreenName | undefined {
    if (isTaken(event.target)) return undefined;
    const { key } = event;
    if (event.ctrlKey || event.metaKey) {
      const plain = !event.altKey && !event.shiftKey && /^[1-9]$/.test(key);
      return plain ? SCREENS[Number(key) - 1]?.name : undefined;
    }
    if (event.altKey) return undefined;
    const armed = event.timeStamp < armedUntil;
    armedUntil = key === "g" && !armed ? event.timeStamp + PAUSE : 0;
    return armed ? SCREENS.find((screen) => screen.key === key)?.name : undefined;
  }

  // In the capture phase: before the keys of a screen.
  onMounted(() => document.addEventListener("keydown", onKey, { capture: true }));
  onUnmounted(() => document.removeEventListener("keydown", onKey, { capture: true }));
}

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null) {
    return true;
  }
  if (!(target instanceof HTMLElement)) return false;
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}
