import type { Attempt } from "#shared/domain/attempt.ts";
import type { ContentHash, JobId, PrinterId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import type { Actor, Plate } from "#shared/domain/plate.ts";
import type { LastSeen, QueueMemory } from "#shared/domain/queue.ts";

/** The durable part of one printer's queue: what a restart must bring back. Immutable. */
export interface StoredQueue {
  readonly printer: PrinterId;
  /** Grows with every commit of this queue. */
  readonly revision: number;
  readonly armed: boolean;
  /** Somebody asked for the pause; `load_on_startup` respects it. */
  readonly pauseRequested: boolean;
  readonly jobs: ReadonlyMap<JobId, Job>;
  /** Sorted by `order`; a copy leaves the list when its print has verifiably started. */
  readonly copies: readonly Copy[];
  /** The one attempt under way. */
  readonly attempt: Attempt | null;
  /** Ended attempts that wait for a person's word, oldest first. */
  readonly undecided: readonly Attempt[];
  readonly plate: Plate;
  readonly lastSeen: LastSeen | null;
  readonly memory: QueueMemory;
}

/** One line of the audit trail; written in the same transaction as what it tells of. */
export interface JournalEntry {
  /** Wall milliseconds. */
  readonly at: number;
  readonly actor: Actor;
  /** Machine-readable: "copies_added", "plate_set", "start_intended", ... */
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface QueueWrite {
  /** As last committed; the store writes the difference by identity of the records. */
  readonly before: StoredQueue;
  readonly after: StoredQueue;
  /**
   * Attempts that leave the queue with this write, in their final form: ended ones nobody need decide on,
   * and decided ones. They are kept as history; without this their outcome would be lost.
   */
  readonly ended: readonly Attempt[];
  readonly journal: readonly JournalEntry[];
}

/** Where queues live. Conformance: test/contract/queueStore, run against SQLite and the fake of the tests. */
export interface QueueStore {
  /**
   * Everything stored of a printer's queue; a new printer has an empty queue, not armed, plate `unknown`.
   * Rows that do not parse are set aside, reported through the log, and never thrown.
   */
  load(printer: PrinterId, now: number): StoredQueue;
  /**
   * Makes the writes durable, all or none, and resolves after the commit. Writes of one turn of the event
   * loop share one transaction, each in a savepoint of its own.
   * Rejects with AppError `storage_full` or `unavailable`; then nothing of it is stored.
   */
  commit(writes: readonly QueueWrite[]): Promise<void>;
  /** The newest journal entries of these kinds, newest first. */
  journalOf(printer: PrinterId, kinds: readonly string[], limit: number): readonly JournalEntry[];
  /** Forgets a removed printer's queue; its attempts stay in the history. */
  forget(printer: PrinterId): Promise<void>;
  /** Highest id ever used, so that ids never come back. */
  highestId(): string | undefined;
  /** Contents that copies or open attempts still need. */
  contentsInUse(): ReadonlySet<ContentHash>;
}
