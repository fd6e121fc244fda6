import {
  computed,
  type ComputedRef,
  type MaybeRefOrGetter,
  onWatcherCleanup,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
  watchEffect,
} from "vue";
import { painted } from "./frames.ts";
import { type RowRange, rowsAround, rowsLeft, rowsOf } from "./rowsAround.ts";
import { useElementSize } from "./useElementSize.ts";

/** Pixels; taken while the element's height is not known yet. */
const FIRST_HEIGHT = 900;

/**
 * Indices of the rows of one fixed height that are in view, with a few around them: a list of a
 * thousand costs what a screenful costs. Those around follow the picture of those in view, and those that
 * were there stay until then, so that their elements can be handed on. `keep` is always among them, so that
 * focus is not lost.
 */
export function useFixedRows(
  scroller: Readonly<ShallowRef<HTMLElement | null>>,
  options: {
    readonly count: () => number;
    readonly height: MaybeRefOrGetter<number>;
    readonly keep: () => number;
    /** Pixels; the height the element can be expected to have. */
    readonly firstHeight?: number;
  },
): {
  readonly indices: ComputedRef<readonly number[]>;
  readonly scrollTo: (index: number) => void;
} {
  const size = useElementSize(scroller);
  /** In whole rows, so that most scroll events change nothing. */
  const first = shallowRef(0);
  const height = (): number => toValue(options.height);
  function read(): void {
    first.value = Math.floor((scroller.value?.scrollTop ?? 0) / height());
  }
  watchEffect(() => {
    const element = scroller.value;
    if (element === null) return;
    element.addEventListener("scroll", read, { passive: true });
    onWatcherCleanup(() => element.removeEventListener("scroll", read));
  });
  // A list that was out of the document has been put back to its beginning, which is no scroll event.
  watch([height, size], read, { flush: "post" });

  const inView = computed((): RowRange => {
    const count = options.count();
    const visible =
      Math.ceil((size.value.height || (options.firstHeight ?? FIRST_HEIGHT)) / height()) + 1;
    const from = Math.max(0, Math.min(first.value, count - visible));
    return { from, to: Math.min(count, first.value + visible) };
  });
  const around = shallowRef<readonly number[]>([]);
  /** One that is under way is for what is in view by then: a list that is scrolled on has them too. */
  let isSettling = false;
  async function settle(): Promise<void> {
    if (isSettling) return;
    isSettling = true;
    await painted();
    isSettling = false;
    around.value = rowsAround(inView.value, options.count());
  }
  watch(inView, (range, before) => {
    around.value = rowsLeft([...rowsOf(before), ...around.value], range);
    void settle();
  });
  void settle();

  const indices = computed<readonly number[]>((before) => {
    const count = options.count();
    const rows = new Set([...rowsOf(inView.value), ...around.value, options.keep()]);
    const now = [...rows].filter((row) => row >= 0 && row < count).toSorted((a, b) => a - b);
    const isSame = before?.length === now.length && now.every((row, at) => row === before[at]);
    return isSame ? before : now;
  });

  /** Scrolls as little as is needed to see a row whole. */
  function scrollTo(index: number): void {
    const element = scroller.value;
    if (element === null) return;
    const top = index * height();
    const bottom = top + height() - element.clientHeight;
    if (element.scrollTop > top) element.scrollTop = top;
    else if (element.scrollTop < bottom) element.scrollTop = bottom;
  }

  return { indices, scrollTo };
}

/**
 * The lines of a list that exist, each with its place from 0. The one that has the keyboard stays while
 * others scroll past: bind `focused` to its `focusin`, and set it to -1 on the list's `focusout`.
 */
export function useFixedList<T>(
  scroller: Readonly<ShallowRef<HTMLElement | null>>,
  items: () => readonly T[],
  options: { readonly height: number; readonly firstHeight?: number },
): {
  readonly lines: ComputedRef<readonly { readonly index: number; readonly item: T }[]>;
  readonly focused: ShallowRef<number>;
} {
  const focused = shallowRef(-1);
  const { indices } = useFixedRows(scroller, {
    ...options,
    count: () => items().length,
    keep: () => focused.value,
  });
  const lines = computed(() =>
    indices.value.flatMap((index) =>
      items()
        .slice(index, index + 1)
        .map((item) => ({ index, item })),
    ),
  );
  return { lines, focused };
}
