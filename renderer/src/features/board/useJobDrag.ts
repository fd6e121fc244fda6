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

/** Jobs on the pointer now: one pointer, one drag, wherever its lines are. */
const onPointer = shallowRef<ReadonlySet<string>>(new Set());

/**
 * Makes a line of a queue draggable: alone, or with everything that is selected when it is part of it. True
 * while this line is dragged, by itself or with the others.
 */
export function useJobDrag(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  options: {
    readonly enabled: () => boolean;
    /** The first job of the line: another one once it has been scrolled out. */
    readonly job: () => string;
    /** What a drag that begins here takes along. */
    readonly jobs: () => readonly SelectedJobs[];
    /** Said beside the pointer. */
    readonly title: (jobs: readonly SelectedJobs[]) => string;
  },
): ComputedRef<boolean> {
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
      onDragStart: ({ source }) => {
        const rows = JobDrag.of(source.data)?.jobs.flatMap((one) => one.rows) ?? [];
        onPointer.value = new Set(rows.map((row) => row.job_id));
      },
      onDrop: () => (onPointer.value = new Set()),
    });
    onWatcherCleanup(undo);
  });
  return computed(() => onPointer.value.has(options.job()));
}
