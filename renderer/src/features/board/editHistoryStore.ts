import { defineStore } from "pinia";
import { shallowRef } from "vue";

/** Something done to queues on this page that can be taken back. */
export interface Edit {
  /** For the toast: what was done. */
  readonly what: string;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
}

const AT_MOST = 50;

/** What was done here, newest last, and what of it was taken back. */
export const useEditHistory = defineStore("editHistory", () => {
  const done = shallowRef<readonly Edit[]>([]);
  const undone = shallowRef<readonly Edit[]>([]);
  /** The one toast that offers to take the newest edit back. */
  const offer = shallowRef<number | null>(null);

  function record(edit: Edit): void {
    done.value = [...done.value, edit].slice(-AT_MOST);
    undone.value = [];
  }

  /** Takes back the newest edit, or this one if it is the newest. Undefined = there is none to take back. */
  async function undo(only?: Edit): Promise<Edit | undefined> {
    const edit = done.value.at(-1);
    if (edit === undefined || (only !== undefined && edit !== only)) return undefined;
    // One that fails is gone: the queue has moved on and it would fail for ever.
    done.value = done.value.slice(0, -1);
    await edit.undo();
    undone.value = [...undone.value, edit];
    return edit;
  }

  async function redo(): Promise<Edit | undefined> {
    const edit = undone.value.at(-1);
    if (edit === undefined) return undefined;
    undone.value = undone.value.slice(0, -1);
    await edit.redo();
    done.value = [...done.value, edit];
    return edit;
  }

  return { done, undone, offer, record, undo, redo };
});
