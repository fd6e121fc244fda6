import type { PrinterView, QueueRow } from "#shared/contract/farm.ts";
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import {
  draggable,
  dropTargetForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import type * as z from "zod";
import { onWatcherCleanup, type ShallowRef, shallowRef, watchEffect } from "vue";
import { dropPlace } from "./dropPlace.ts";
import { useQueueCommands } from "./useQueueCommands.ts";

interface RowInQueue {
  readonly printer: PrinterView;
  readonly row: z.output<typeof QueueRow>;
}

/** Makes a row draggable within its queue and a place to drop others; `edge` is where they would land. */
export function useRowDrag(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  context: () => RowInQueue,
): {
  readonly dragged: Readonly<ShallowRef<boolean>>;
  readonly edge: Readonly<ShallowRef<Edge | undefined>>;
} {
  const commands = useQueueCommands();
  const dragged = shallowRef(false);
  const edge = shallowRef<Edge>();

  watchEffect(() => {
    const target = element.value;
    if (target === null) return;
    const undo = combine(
      draggable({
        element: target,
        canDrag: () => !context().row.locked,
        getInitialData: () => ({ printer: context().printer.id, job: context().row.job_id }),
        onDragStart: () => (dragged.value = true),
        onDrop: () => (dragged.value = false),
      }),
      dropTargetForElements({
        element: target,
        canDrop: ({ source }) => source.data["printer"] === context().printer.id,
        getData: ({ input, element: over }) =>
          attachClosestEdge({}, { input, element: over, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self, source }) => {
          const own = source.data["job"] === context().row.job_id;
          edge.value = own ? undefined : (extractClosestEdge(self.data) ?? undefined);
        },
        onDragLeave: () => (edge.value = undefined),
        onDrop: ({ self, source }) => {
          edge.value = undefined;
          const { printer, row } = context();
          const { rows } = printer.queue;
          const moved = rows.find((other) => other.job_id === source.data["job"]);
          if (moved === undefined) return;
          const before = extractClosestEdge(self.data) !== "bottom";
          const place = dropPlace(rows, moved.job_id, row.job_id, before);
          if (place !== undefined) void commands.move(printer, moved, place);
        },
      }),
    );
    onWatcherCleanup(undo);
  });

  return { dragged, edge };
}
