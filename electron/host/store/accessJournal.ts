import type { JournalEntry } from "./queueStore.ts";

/** The audit trail of who was let in and who may be: beside the printers' own, in the same journal. */
export interface AccessJournal {
  /** Rejects with `storage_full` or `unavailable`. Only the last 10,000 entries are kept. */
  record(entry: JournalEntry): Promise<void>;
  /** Newest first; `limit` is 1 to 1000. */
  list(limit: number): readonly JournalEntry[];
}
