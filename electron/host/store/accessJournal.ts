import type { JournalEntry } from "./queueStore.ts";

/** The audit trail of who was let in and who may be: beside the printers' own, in the same journal. */
export interface AccessJournal {
  /** Rejects with `storage_full` or `unavailable`. Only the last 10,000 entries are kept. */
  record(entry: JournalEntry): Promise<void>;
  /** Newest first; `limit` is 1 to 1000. `before` is the number of an entry: only older ones. */
  list(limit: number, before?: number): readonly NumberedEntry[];
}

/** Numbers grow with time and never come back; they have gaps. */
export type NumberedEntry = JournalEntry & { readonly number: number };
