import type { Rect, Virtualizer } from "@tanstack/vue-virtual";

/**
 * The size of a virtual list's window, told when the browser has laid the page out. The virtualizer's own
 * way asks at once, which lays out the whole new screen in the middle of building it.
 */
export function observeLaidOut(
  list: Virtualizer<HTMLElement, Element>,
  tell: (size: Rect) => void,
): () => void {
  const element = list.scrollElement;
  if (element === null) return () => undefined;
  const observer = new ResizeObserver(() =>
    tell({ width: element.clientWidth, height: element.clientHeight }),
  );
  observer.observe(element);
  return () => observer.disconnect();
}
