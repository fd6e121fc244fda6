import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { onWatcherCleanup, type ShallowRef, shallowRef, watchEffect } from "vue";
import { JobDrag } from "./jobDrag.ts";
import type { SelectedJobs } from "./selectionStore.ts";

export interface JobDropOptions {
  readonly accepts: (jobs: readonly SelectedJobs[]) => boolean;
  /** `before` is null where the element has no upper and lower half: a whole column. */
  readonly onDrop: (jobs: readonly SelectedJobs[], before: boolean | null) => void;
  /** Lines have two halves, a column has none. */
  readonly halves: boolean;
}

/**
 * A place where dragged jobs may be put down. `edge` is the side of a line they would land at; `over`
 * is true while this very element, not one inside it, would take them.
 */
export function useJobDrop(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  options: JobDropOptions,
): {
  readonly over: Readonly<ShallowRef<boolean>>;
  readonly edge: Readonly<ShallowRef<Edge | undefined>>;
} {
  const over = shallowRef(false);
  const edge = shallowRef<Edge>();

  function leave(): void {
    over.value = false;
    edge.value = undefined;
  }

  watchEffect(() => {
    const target = element.value;
    if (target === null) return;
    const undo = dropTargetForElements({
      element: target,
      canDrop: ({ source }) => {
        const drag = JobDrag.of(source.data);
        return drag !== undefined && options.accepts(drag.jobs);
      },
      getData: ({ input, element: under }) =>
        options.halves
          ? attachClosestEdge({}, { input, element: under, allowedEdges: ["top", "bottom"] })
          : {},
      onDrag: ({ self, location }) => {
        over.value = location.current.dropTargets[0]?.element === target;
        edge.value = extractClosestEdge(self.data) ?? undefined;
      },
      onDragLeave: leave,
      onDrop: ({ self, source, location }) => {
        leave();
        if (location.current.dropTargets[0]?.element !== target) return;
        const jobs = JobDrag.of(source.data)?.jobs;
        if (jobs === undefined) return;
        options.onDrop(jobs, options.halves ? extractClosestEdge(self.data) !== "bottom" : null);
      },
    });
    onWatcherCleanup(undo);
  });

  return { over, edge };
}
