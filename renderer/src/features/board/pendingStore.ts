import type { PrinterView } from "#shared/contract/farm.ts";
import { defineStore } from "pinia";
import { shallowReactive } from "vue";
import { type QueueEdit, withEdits } from "./queueEdits.ts";

/**
 * Edits that were sent and not answered yet, laid over what the host says. Ending one, in success or
 * failure, takes it away again: what the host says is then all that is shown, which is the rollback.
 */
export const usePendingStore = defineStore("pending", () => {
  const edits = shallowReactive(new Map<string, readonly QueueEdit[]>());

  /** Shows an edit at once; the result ends it. */
  function begin(printer: string, edit: QueueEdit): () => void {
    edits.set(printer, [...(edits.get(printer) ?? []), edit]);
    return () => {
      const left = (edits.get(printer) ?? []).filter((other) => other !== edit);
      if (left.length === 0) edits.delete(printer);
      else edits.set(printer, left);
    };
  }

  /** A printer as the operator has just made it. */
  function shown(printer: PrinterView): PrinterView {
    const own = edits.get(printer.id);
    return own === undefined ? printer : { ...printer, queue: withEdits(printer.queue, own) };
  }

  return { edits, begin, shown };
});
