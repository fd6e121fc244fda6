import { onWatcherCleanup, type ShallowRef, shallowRef, watchEffect } from "vue";

export interface ElementSize {
  readonly width: number;
  readonly height: number;
}

/** Inner size of an element, in CSS pixels, as it changes. */
export function useElementSize(
  element: Readonly<ShallowRef<HTMLElement | null>>,
): Readonly<ShallowRef<ElementSize>> {
  const size = shallowRef<ElementSize>({ width: 0, height: 0 });
  watchEffect(() => {
    const target = element.value;
    if (target === null) return;
    const observer = new ResizeObserver(() => {
      size.value = { width: target.clientWidth, height: target.clientHeight };
    });
    observer.observe(target);
    onWatcherCleanup(() => observer.disconnect());
  });
  return size;
}
