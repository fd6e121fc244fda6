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
import { pointerOutsideOfPreview } from "@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { onWatcherCleanup, type ShallowRef, shallowRef, watchEffect } from "vue";

/** A printer of the list on its way to another place. A class, so that a drop can tell it from a job. */
export class PrinterDrag {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  static of(data: Record<string, unknown>): PrinterDrag | undefined {
    return data["printer"] instanceof PrinterDrag ? data["printer"] : undefined;
  }
}

/** Makes a line draggable by its grip, and a place for others: `edge` is the side they would land at. */
export function usePrinterDrag(
  row: Readonly<ShallowRef<HTMLElement | null>>,
  grip: Readonly<ShallowRef<HTMLElement | null>>,
  options: {
    readonly id: () => string;
    readonly name: () => string;
    readonly enabled: () => boolean;
    readonly onDrop: (dragged: string, after: boolean) => void;
  },
): {
  readonly edge: Readonly<ShallowRef<Edge | undefined>>;
  readonly dragged: Readonly<ShallowRef<boolean>>;
} {
  const edge = shallowRef<Edge>();
  const dragged = shallowRef(false);

  watchEffect(() => {
    const element = row.value;
    const dragHandle = grip.value;
    if (element === null || dragHandle === null) return;
    const undo = combine(
      draggable({
        element,
        dragHandle,
        canDrag: options.enabled,
        getInitialData: () => ({ printer: new PrinterDrag(options.id()) }),
        onGenerateDragPreview: ({ nativeSetDragImage }) =>
          setCustomNativeDragPreview({
            nativeSetDragImage,
            getOffset: pointerOutsideOfPreview({ x: "12px", y: "8px" }),
            render: ({ container }) => {
              const preview = document.createElement("div");
              preview.className = "drag-preview";
              preview.textContent = options.name();
              container.append(preview);
            },
          }),
        onDragStart: () => (dragged.value = true),
        onDrop: () => (dragged.value = false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => options.enabled() && PrinterDrag.of(source.data) !== undefined,
        getData: ({ input, element: under }) =>
          attachClosestEdge({}, { input, element: under, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self }) => (edge.value = extractClosestEdge(self.data) ?? undefined),
        onDragLeave: () => (edge.value = undefined),
        onDrop: ({ self, source }) => {
          edge.value = undefined;
          const drag = PrinterDrag.of(source.data);
          if (drag !== undefined)
            options.onDrop(drag.id, extractClosestEdge(self.data) === "bottom");
        },
      }),
    );
    onWatcherCleanup(undo);
  });

  return { edge, dragged };
}
