import { onUnmounted } from "vue";
import { useScreenIsShown } from "../../ui/screenIsShown.ts";
import { usePageKeys } from "../../ui/usePageKeys.ts";

/** Milliseconds in which a further digit belongs to the same number. */
const PAUSE = 700;

/** Digits typed anywhere but in a field or a dialog choose a column by its number: 7, or 1 2 for 12. */
export function useColumnDigits(count: () => number, choose: (index: number) => void): void {
  const isShown = useScreenIsShown();
  let typed = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function finish(): void {
    clearTimeout(timer);
    const number = Number(typed);
    typed = "";
    if (isShown.value && number >= 1 && number <= count()) choose(number - 1);
  }

  function onKey(event: KeyboardEvent): void {
    if (!/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.defaultPrevented || isBusy(event.target)) return;
    event.preventDefault();
    clearTimeout(timer);
    typed += event.key;
    // At once when no further digit could make a number that exists.
    if (Number(typed) * 10 > count()) finish();
    else timer = setTimeout(finish, PAUSE);
  }

  usePageKeys(onKey);
  onUnmounted(() => clearTimeout(timer));
}

/** Keys belong to whoever is typing, and to what lies over the board. */
export function isBusy(target: EventTarget | null): boolean {
  const over = '[role="dialog"]:not([data-beside]), [role="menu"]';
  if (document.querySelector(over) !== null) return true;
  const own = 'input, textarea, select, [contenteditable], [role="dialog"]';
  return target instanceof HTMLElement && target.closest(own) !== null;
}
