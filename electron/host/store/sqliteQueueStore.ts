import * as z from "zod";
import { ContentHash, type PrinterId } from "#shared/domain/ids.ts";
import { Actor } from "#shared/domain/plate.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { diffQueue, type QueueDiff } from "./diffQueue.ts";
import { loadQueue } from "./loadQueue.ts";
import type { StoreContext } from "./quarantine.ts";
import { addJournal, putAttempt, putCopy, putJob, putQueue } from "./queueRows.ts";
import type { JournalEntry, QueueStore, QueueWrite, StoredQueue } from "./queueStore.ts";
import { parseRecord } from "./storedRecord.ts";

const HIGHEST_ID = "highest_id";

const JournalRow = z.object({ at: z.int(), kind: z.string(), actor: z.string(), data: z.string() });

// Made once: a schema costs more to make than the row to read.
const RevisionRow = z.object({ revision: z.int() });

/** Queues in SQLite. It keeps nothing in memory: what it answers is what is committed. */
export class SqliteQueueStore implements QueueStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  load(printer: PrinterId, now: number): StoredQueue {
    return loadQueue(this.#context, printer, now);
  }

  async commit(writes: readonly QueueWrite[]): Promise<void> {
    await this.#context.writes.run(() => {
      for (const write of writes) this.#write(write);
    });
  }

  journalOf(printer: PrinterId, kinds: readonly string[], limit: number): readonly JournalEntry[] {
    const rows = this.#context.database.select(
      JournalRow,
      `SELECT at, kind, actor, data FROM journal
       WHERE printer = ? AND kind IN (SELECT value FROM json_each(?))
       ORDER BY number DESC LIMIT ?`,
      printer,
      JSON.stringify(kinds),
      limit,
    );
    return rows.flatMap(({ at, kind, actor, data }) => {
      const who = parseRecord(Actor, actor);
      const what = parseRecord(z.record(z.string(), z.unknown()), data);
      return who.ok && what.ok ? [{ at, kind, actor: who.value, data: what.value }] : [];
    });
  }

  async forget(printer: PrinterId): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      database.run("DELETE FROM queues WHERE printer = ?", printer);
      database.run("DELETE FROM jobs WHERE printer = ?", printer);
      database.run("DELETE FROM copies WHERE printer = ?", printer);
      database.run("UPDATE attempts SET role = 'history' WHERE printer = ?", printer);
    });
  }

  highestId(): string | undefined {
    const row = z.object({ value: z.string() });
    return this.#context.database.first(row, "SELECT value FROM meta WHERE key = ?", HIGHEST_ID)
      ?.value;
  }

  contentsInUse(): ReadonlySet<ContentHash> {
    const rows = this.#context.database.select(
      z.object({ content: ContentHash }),
      "SELECT content FROM copies UNION SELECT content FROM attempts WHERE role <> 'history'",
    );
    return new Set(rows.map(({ content }) => content));
  }

  #write(write: QueueWrite): void {
    const { database } = this.#context;
    this.#refuseLostUpdate(write);
    const diff = diffQueue(write);
    // Attempts that leave come first: a printer has one open attempt at any moment.
    for (const id of diff.attempts.release) {
      database.run("UPDATE attempts SET role = 'history', place = 0 WHERE id = ?", id);
    }
    for (const attempt of diff.attempts.put.toSorted(openLast)) putAttempt(database, attempt);
    for (const id of diff.jobs.remove) database.run("DELETE FROM jobs WHERE id = ?", id);
    for (const job of diff.jobs.put) putJob(database, job);
    // Only this queue's row: a copy that moved may have been entered in another one by now.
    for (const id of diff.copies.remove) {
      database.run("DELETE FROM copies WHERE id = ? AND printer = ?", id, write.after.printer);
    }
    for (const copy of diff.copies.put) putCopy(database, copy);
    for (const entry of write.journal) addJournal(database, write.after.printer, entry);
    putQueue(database, write.after);
    this.#noteIds(diff);
  }

  /** A write from an outdated model would silently undo another one: a bug, never a fault of the disk. */
  #refuseLostUpdate({ before, after }: QueueWrite): void {
    const row = this.#context.database.first(
      RevisionRow,
      "SELECT revision FROM queues WHERE printer = ?",
      before.printer,
    );
    const present = row?.revision ?? 0;
    if (before.revision === present && after.revision > present) return;
    throw new AppError(
      "internal",
      `Lost update of ${before.printer}: stored revision ${present}, write ${before.revision} -> ${after.revision}`,
    );
  }

  /** Ids are kept beyond their rows: one that was removed must not come back either. */
  #noteIds({ jobs, copies, attempts }: QueueDiff): void {
    const ids: string[] = [
      ...jobs.put.map(({ id }) => id),
      ...copies.put.map(({ id }) => id),
      ...attempts.put.map(({ attempt }) => attempt.id),
    ];
    const highest = ids.reduce((a, b) => (a > b ? a : b), "");
    if (highest === "") return;
    this.#context.database.run(
      `INSERT INTO meta (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
      HIGHEST_ID,
      highest,
    );
  }
}

function openLast(a: { readonly role: string }, b: { readonly role: string }): number {
  return Number(a.role === "open") - Number(b.role === "open");
}
