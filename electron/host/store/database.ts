import { backup, DatabaseSync, type StatementSyncInstance } from "@photostructure/sqlite";
import * as z from "zod";

/**
 * What may be bound. Primitives only, by position: the binding takes a sole object for named parameters
 * and stores NULL without a word, so a Date or a record must never reach it.
 */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** Only a backup's reader ever shares the file with us. */
const BUSY_TIMEOUT = 2_000;

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** Milliseconds a statement waits for somebody else's lock. */
  readonly busyTimeout?: number;
}

/** All pages in one step, so that a write meanwhile cannot make the backup start again. */
const ALL_PAGES = 2_147_483_647;

/** One connection to one SQLite file: the only module that touches the binding. All calls are synchronous. */
export class Database {
  readonly path: string;
  readonly #connection: InstanceType<typeof DatabaseSync>;
  readonly #statements = new Map<string, StatementSyncInstance>();

  /** Opens or creates `path` (":memory:" for none). Throws SQLite's own errors. */
  constructor(path: string, options: DatabaseOptions = {}) {
    this.path = path;
    this.#connection = new DatabaseSync(path, {
      readOnly: options.readOnly ?? false,
      timeout: options.busyTimeout ?? BUSY_TIMEOUT,
    });
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** False again when SQLite has rolled a transaction back by itself, as it does on a full disk. */
  get inTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  /** Runs statements without parameters and without results. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Runs one statement and returns how many rows it changed. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#prepare(sql).run(...values).changes;
  }

  /** All rows, unparsed. Integers beyond 2^53 throw. */
  all(sql: string, ...values: readonly SqlValue[]): readonly unknown[] {
    return this.#prepare(sql).all(...values);
  }

  /** All rows in the shape of `schema`; throws a ZodError for a row of another shape. */
  select<T>(schema: z.ZodType<T>, sql: string, ...values: readonly SqlValue[]): T[] {
    return this.all(sql, ...values).map((row) => schema.parse(row));
  }

  /** The first row, or undefined when there is none. */
  first<T>(schema: z.ZodType<T>, sql: string, ...values: readonly SqlValue[]): T | undefined {
    const row: unknown = this.#prepare(sql).get(...values);
    return row === undefined ? undefined : schema.parse(row);
  }

  /** The value of a pragma of this connection. */
  pragma(name: string): unknown {
    const row = z.record(z.string(), z.unknown()).parse(this.#prepare(`PRAGMA ${name}`).get());
    return Object.values(row)[0];
  }

  /** Rows changed through this connection since it was opened. */
  get totalChanges(): number {
    const row = z.object({ changes: z.int() });
    return this.first(row, "SELECT total_changes() AS changes")?.changes ?? 0;
  }

  /** Runs `task` in a transaction of its own; throws what it throws, after rolling back. */
  transaction<T>(task: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = task();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Rolls back what is open; harmless when SQLite has done so already. */
  rollback(): void {
    if (this.inTransaction) this.exec("ROLLBACK");
  }

  /** Copies everything committed into a new file at `target`, on a thread of the pool. */
  async copyTo(target: string): Promise<void> {
    await backup(this.#connection, target, { rate: ALL_PAGES });
  }

  /** Closes the connection; further calls do nothing. */
  close(): void {
    if (!this.isOpen) return;
    this.#statements.clear();
    this.#connection.close();
  }

  #prepare(sql: string): StatementSyncInstance {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
