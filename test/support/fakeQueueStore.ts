import { EMPTY_MEMORY } from "#shared/domain/queue.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { PlateState } from "#shared/domain/plate.ts";
import type {
  JournalEntry,
  QueueStore,
  QueueWrite,
  StoredQueue,
} from "../../electron/host/store/queueStore.ts";

/**
 * A QueueStore in memory that keeps the port's promises: all writes of a commit or none, a copy on read
 * as after a restart, ids and ended attempts kept. It is shared by engines that follow each other, which
 * is how tests crash one.
 */
export class FakeQueueStore implements QueueStore {
  readonly #queues = new Map<PrinterId, StoredQueue>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #journal: { readonly printer: PrinterId; readonly entry: JournalEntry }[] = [];
  readonly #failures: Error[] = [];
  readonly #intents: PlateState[] = [];
  #highestId: string | undefined;
  #commits = 0;
  #hung = false;

  /** Commits that went through. */
  get commits(): number {
    return this.#commits;
  }

  /** Every journal entry written, oldest first. */
  get journal(): readonly { readonly printer: PrinterId; readonly entry: JournalEntry }[] {
    return this.#journal;
  }

  /** The last stored form of every attempt there ever was, oldest first. */
  get attempts(): readonly Attempt[] {
    return [...this.#attempts.values()];
  }

  /** What was known of the plate when each start was committed to, oldest first. */
  get intents(): readonly PlateState[] {
    return this.#intents;
  }

  /** The next commit (or the next ones, one call each) rejects with `error` and stores nothing. */
  failNext(error: Error): void {
    this.#failures.push(error);
  }

  /** From now on commits neither store nor answer, as for a process that is being killed. */
  hang(): void {
    this.#hung = true;
  }

  /** Undoes `hang` for the next engine; what hung stays unanswered. */
  recover(): void {
    this.#hung = false;
    this.#failures.length = 0;
  }

  load(printer: PrinterId, now: number): StoredQueue {
    const stored = this.#queues.get(printer);
    return stored === undefined ? emptyQueue(printer, now) : structuredClone(stored);
  }

  async commit(writes: readonly QueueWrite[]): Promise<void> {
    // Like a disk, it never answers in the turn of the call.
    await Promise.resolve();
    if (this.#hung) return new Promise(() => {});
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    for (const write of writes) this.#refuseLostUpdate(write);
    for (const write of writes) this.#store(write);
    this.#commits++;
  }

  journalOf(printer: PrinterId, kinds: readonly string[], limit: number): readonly JournalEntry[] {
    return this.#journal
      .filter((line) => line.printer === printer && kinds.includes(line.entry.kind))
      .map((line) => line.entry)
      .toReversed()
      .slice(0, limit);
  }

  forget(printer: PrinterId): Promise<void> {
    this.#queues.delete(printer);
    return Promise.resolve();
  }

  highestId(): string | undefined {
    return this.#highestId;
  }

  contentsInUse(): ReadonlySet<ContentHash> {
    const used = new Set<ContentHash>();
    for (const queue of this.#queues.values()) {
      for (const copy of queue.copies) used.add(copy.contentHash);
      for (const attempt of openAttempts(queue)) used.add(attempt.contentHash);
    }
    return used;
  }

  /** A write from an outdated model would silently undo another: a bug in the engine, never a fault. */
  #refuseLostUpdate({ before, after }: QueueWrite): void {
    const present = this.#queues.get(before.printer)?.revision ?? 0;
    if (before.revision !== present || after.revision <= present) {
      throw new Error(
        `Lost update of ${before.printer}: stored revision ${present}, write ${before.revision} -> ${after.revision}`,
      );
    }
  }

  #store({ before, after, ended, journal }: QueueWrite): void {
    const isIntent = after.attempt?.state === "starting" && before.attempt?.state !== "starting";
    if (isIntent) this.#intents.push(before.plate.state);
    this.#queues.set(after.printer, after);
    for (const attempt of [...openAttempts(after), ...ended]) {
      this.#attempts.set(attempt.id, attempt);
      this.#noteId(attempt.id);
    }
    for (const copy of after.copies) this.#noteId(copy.id);
    for (const id of after.jobs.keys()) this.#noteId(id);
    for (const entry of journal) this.#journal.push({ printer: after.printer, entry });
  }

  #noteId(id: string): void {
    if (this.#highestId === undefined || id > this.#highestId) this.#highestId = id;
  }
}

/** What a printer without a past has. */
function emptyQueue(printer: PrinterId, now: number): StoredQueue {
  return {
    printer,
    revision: 0,
    armed: false,
    pauseRequested: false,
    jobs: new Map(),
    copies: [],
    attempt: null,
    undecided: [],
    plate: {
      state: "unknown",
      revision: 0,
      at: now,
      by: { kind: "engine", name: "store" },
      reason: "A new printer: nobody has said yet what lies on its plate.",
    },
    lastSeen: null,
    memory: EMPTY_MEMORY,
  };
}

function openAttempts(queue: StoredQueue): readonly Attempt[] {
  return queue.attempt === null ? queue.undecided : [queue.attempt, ...queue.undecided];
}
