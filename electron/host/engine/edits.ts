import { QueueEdit } from "#shared/domain/edit.ts";
import type { ContentHash } from "#shared/domain/ids.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { JournalEntry } from "../store/queueStore.ts";
import type { QueueEngineDeps } from "./engineDeps.ts";

/** Edits that can be taken back, and those that were; newest last. */
export interface EditHistory {
  readonly done: readonly QueueEdit[];
  readonly undone: readonly QueueEdit[];
}

export const NO_EDITS: EditHistory = { done: [], undone: [] };

/** How far back an undo reaches. */
export const EDITS_KEPT = 50;

/** Journal entries the history is made of. */
const EDIT_KINDS = ["queue_edit", "edit_undone", "edit_redone"] as const;

/** Contents that an undo or redo could need again. */
export function contentsOf({ done, undone }: EditHistory): ReadonlySet<ContentHash> {
  const changes = [...done, ...undone].flatMap((edit) => [...edit.copies, ...edit.decisions]);
  const records = changes.flatMap(({ before, after }) => [before, after]);
  return new Set(records.flatMap((record) => (record === null ? [] : [record.contentHash])));
}

/** The history as the journal tells it; entries newest first, as they are read. */
export function readEdits(entries: readonly JournalEntry[]): EditHistory {
  const done: QueueEdit[] = [];
  const undone: QueueEdit[] = [];
  for (const { kind, data } of entries.toReversed()) {
    if (kind === "queue_edit") {
      const edit = QueueEdit.safeParse(data);
      undone.length = 0;
      // One that cannot be read ends what can be taken back: the rest builds on it.
      if (edit.success) done.push(edit.data);
      else done.length = 0;
      continue;
    }
    const [from, to] = kind === "edit_undone" ? [done, undone] : [undone, done];
    const { move } = data;
    // Half of a move is turned wherever it stands: in the other queue it was the next one.
    const edit =
      move === undefined ? from.at(-1) : from.findLast(({ peer }) => peer?.move === move);
    if (edit !== undefined) to.push(...from.splice(from.lastIndexOf(edit), 1));
  }
  return { done: done.slice(-EDITS_KEPT), undone };
}

/** What undo goes back to after a restart. Without it undo begins anew; the queue itself is not in question. */
export function storedEdits({
  store,
  printer,
  logger,
}: Pick<QueueEngineDeps, "store" | "printer" | "logger">): EditHistory {
  try {
    return readEdits(store.journalOf(printer, EDIT_KINDS, 2 * EDITS_KEPT));
  } catch (error) {
    logger.warn("the journal could not be read", { error: messageOf(error) });
    return NO_EDITS;
  }
}
