import {
  dropTargetForExternal,
  monitorForExternal,
} from "@atlaskit/pragmatic-drag-and-drop/external/adapter";
import { containsFiles, getFiles } from "@atlaskit/pragmatic-drag-and-drop/external/file";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { preventUnhandled } from "@atlaskit/pragmatic-drag-and-drop/prevent-unhandled";
import { onWatcherCleanup, type ShallowRef, shallowRef, watchEffect } from "vue";

/** Takes files dropped from the desktop onto an element; true while they hover over it. */
export function useFileDrop(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  onFiles: (files: readonly File[]) => void,
): Readonly<ShallowRef<boolean>> {
  const over = shallowRef(false);
  watchEffect(() => {
    if (element.value === null) return;
    const undo = combine(
      dropTargetForExternal({
        element: element.value,
        canDrop: containsFiles,
        getDropEffect: () => "copy",
        onDragEnter: () => (over.value = true),
        onDragLeave: () => (over.value = false),
        onDrop: ({ source }) => {
          over.value = false;
          onFiles(getFiles({ source }));
        },
      }),
      // A file that misses every column must not replace the page.
      monitorForExternal({
        canMonitor: containsFiles,
        onDragStart: () => preventUnhandled.start(),
        onDrop: () => preventUnhandled.stop(),
      }),
    );
    onWatcherCleanup(undo);
  });
  return over;
}
