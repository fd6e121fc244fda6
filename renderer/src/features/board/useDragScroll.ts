import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { onWatcherCleanup, type ShallowRef, watchEffect } from "vue";
import { JobDrag } from "./jobDrag.ts";

/** Pixels from an edge at which scrolling begins, and its speed there in pixels per frame. */
const ZONE = 56;
const SPEED = 14;

const isJob = (data: Record<string, unknown>): boolean => JobDrag.of(data) !== undefined;

/**
 * Scrolls an element while something is dragged near one of its ends, so that every place can be reached.
 * `follows` says whether what is dragged concerns it; jobs unless told otherwise.
 */
export function useDragScroll(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  axis: "x" | "y",
  follows: (data: Record<string, unknown>) => boolean = isJob,
): void {
  watchEffect(() => {
    const target = element.value;
    if (target === null) return;
    let pointer: { readonly x: number; readonly y: number } | undefined;
    let frame = 0;
    const step = (): void => {
      if (pointer === undefined) return;
      const box = target.getBoundingClientRect();
      const inside =
        pointer.x >= box.left &&
        pointer.x <= box.right &&
        pointer.y >= box.top &&
        pointer.y <= box.bottom;
      if (inside && axis === "x") target.scrollLeft += pull(pointer.x, box.left, box.right);
      if (inside && axis === "y") target.scrollTop += pull(pointer.y, box.top, box.bottom);
      frame = requestAnimationFrame(step);
    };
    const end = (): void => {
      pointer = undefined;
      cancelAnimationFrame(frame);
    };
    const undo = monitorForElements({
      canMonitor: ({ source }) => follows(source.data),
      onDrag: ({ location }) => {
        const { clientX: x, clientY: y } = location.current.input;
        if (pointer === undefined) frame = requestAnimationFrame(step);
        pointer = { x, y };
      },
      onDrop: end,
    });
    onWatcherCleanup(() => {
      end();
      undo();
    });
  });
}

/** How far to scroll in this frame: backwards near the start, forwards near the end, else not at all. */
function pull(at: number, start: number, end: number): number {
  const fromStart = at - start;
  const fromEnd = end - at;
  if (fromStart < ZONE) return -SPEED * (1 - fromStart / ZONE);
  return fromEnd < ZONE ? SPEED * (1 - fromEnd / ZONE) : 0;
}
