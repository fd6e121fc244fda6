import { nextTick, type Ref, type ShallowRef } from "vue";

/** Arrows, Home and End walk over tiles as they lie: one tab stop for all of them. */
export function useTileKeys(options: {
  readonly container: Readonly<ShallowRef<HTMLElement | null>>;
  readonly active: Ref<number>;
  readonly count: () => number;
  readonly columns: () => number;
  /** Scrolls it into view, where it exists. */
  readonly show: (index: number) => void;
}): (event: KeyboardEvent) => void {
  return (event) => {
    const target = targetOf(event.key, options);
    if (target === undefined) return;
    event.preventDefault();
    options.active.value = Math.max(0, Math.min(options.count() - 1, target));
    options.show(options.active.value);
    void nextTick(() => {
      const tile = `:not(.parked) > [data-tile="${options.active.value}"]`;
      options.container.value?.querySelector<HTMLElement>(tile)?.focus({ preventScroll: true });
    });
  };
}

function targetOf(
  key: string,
  { active, count, columns }: Parameters<typeof useTileKeys>[0],
): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return active.value - 1;
    case "ArrowRight":
      return active.value + 1;
    case "ArrowUp":
      return active.value - columns();
    case "ArrowDown":
      return active.value + columns();
    case "Home":
      return 0;
    case "End":
      return count() - 1;
    default:
      return undefined;
  }
}
