import { Sequencer } from "#shared/util/sequencer.ts";
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

  /** Commands the host has not answered yet: what they did cannot be taken back before it is known. */
  const running = new Set<Promise<unknown>>();
  const turns = new Sequencer();

  /** The same command, which an undo then waits for. */
  function tracked<A extends unknown[]>(
    command: (...given: A) => Promise<void>,
  ): (...given: A) => Promise<void> {
    return async (...given) => {
      const run = command(...given);
      running.add(run);
      try {
        await run;
      } finally {
        running.delete(run);
      }
    };
  }

  function record(edit: Edit): void {
    done.value = [...done.value, edit].slice(-AT_MOST);
    undone.value = [];
  }

  /**
   * Takes back the newest edit, or this one if it is the newest. Undefined = there is none to take back. What
   * was done a moment ago counts, also while the host has not answered: one after the other.
   */
  const undo = (only?: Edit): Promise<Edit | undefined> => turns.run(() => takeBack(only));
  const redo = (): Promise<Edit | undefined> => turns.run(doAgain);

  async function takeBack(only?: Edit): Promise<Edit | undefined> {
    await Promise.allSettled(running);
    const edit = done.value.at(-1);
    if (edit === undefined || (only !== undefined && edit !== only)) return undefined;
    // One that fails is gone: the queue has moved on and it would fail for ever.
    done.value = done.value.slice(0, -1);
    await edit.undo();
    undone.value = [...undone.value, edit];
    return edit;
  }

  async function doAgain(): Promise<Edit | undefined> {
    await Promise.allSettled(running);
    const edit = undone.value.at(-1);
    if (edit === undefined) return undefined;
    undone.value = undone.value.slice(0, -1);
    await edit.redo();
    done.value = [...done.value, edit];
    return edit;
  }

  return { done, undone, offer, tracked, record, undo, redo };
});
