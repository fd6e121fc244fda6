import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { pointerOutsideOfPreview } from "@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import {
  computed,
  type ComputedRef,
  onWatcherCleanup,
  type ShallowRef,
  shallowRef,
  watchEffect,
} from "vue";
import { JobDrag } from "./jobDrag.ts";
import type { SelectedJobs } from "./selectionStore.ts";

/** Makes a line of a queue draggable: alone, or with everything that is selected when it is part of it. */
export function useJobDrag(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  options: {
    readonly enabled: () => boolean;
    /** Which line the element shows: another one once it has been scrolled out. */
    readonly line: () => string;
    /** What a drag that begins here takes along. */
    readonly jobs: () => readonly SelectedJobs[];
    /** Said beside the pointer. */
    readonly title: (jobs: readonly SelectedJobs[]) => string;
  },
): ComputedRef<boolean> {
  const dragged = shallowRef<string | null>(null);
  watchEffect(() => {
    const target = element.value;
    if (target === null) return;
    const undo = draggable({
      element: target,
      canDrag: options.enabled,
      getInitialData: () => ({ jobs: new JobDrag(options.jobs()) }),
      onGenerateDragPreview: ({ nativeSetDragImage, source }) => {
        const jobs = JobDrag.of(source.data)?.jobs ?? [];
        setCustomNativeDragPreview({
          nativeSetDragImage,
          getOffset: pointerOutsideOfPreview({ x: "12px", y: "8px" }),
          render: ({ container }) => {
            const preview = document.createElement("div");
            preview.className = "drag-preview";
            preview.textContent = options.title(jobs);
            container.append(preview);
          },
        });
      },
      onDragStart: () => (dragged.value = options.line()),
      onDrop: () => (dragged.value = null),
    });
    onWatcherCleanup(undo);
  });
  return computed(() => dragged.value === options.line());
}
