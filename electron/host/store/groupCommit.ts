import { AppError } from "#shared/rpc/errors.ts";
import type { Database } from "./database.ts";
import { SQLITE, sqliteCode, toAppError } from "./sqliteErrors.ts";

interface Waiting {
  /** Runs the write; its result is kept until the commit. */
  readonly attempt: () => void;
  readonly succeed: () => void;
  readonly fail: (error: AppError) => void;
}

/**
 * The one door for writes. Those that arrive in the same turn of the event loop share one transaction, as
 * a commit costs the same for one change as for a hundred; each has a savepoint that fails alone.
 */
export class GroupCommit {
  readonly #database: Database;
  #waiting: Waiting[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Runs `write` in the next commit and settles after it: with its result, or with an AppError
   * (`storage_full`, `unavailable`, or what `write` threw) and then nothing of it is stored.
   * `write` changes the database only: it may be run again when the shared transaction fails.
   */
  run<T>(write: () => T): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new AppError("unavailable", "Nextplate is closing. Start it again."));
    }
    return new Promise<T>((resolve, reject) => {
      let settle = (): void => {};
      this.#waiting.push({
        attempt() {
          const result = write();
          settle = () => resolve(result);
        },
        succeed: () => settle(),
        fail: reject,
      });
      this.#scheduled ??= setImmediate(() => this.flush());
    });
  }

  /** Commits at once what waits. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 0) this.#commit(group);
  }

  /** Commits what waits and refuses everything after. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  #commit(group: readonly Waiting[]): void {
    const refused = new Map<Waiting, AppError>();
    try {
      this.#database.transaction(() => {
        for (const write of group) {
          const error = this.#inSavepoint(write);
          if (error !== undefined) refused.set(write, error);
        }
      });
    } catch (error) {
      // Somebody else's lock: nothing was written, and trying each alone would only wait for it each time.
      if (sqliteCode(error) === SQLITE.busy) {
        for (const write of group) write.fail(toAppError(error));
        return;
      }
      this.#forgetFailedFrames();
      // One write too big for the disk must not take the small ones of its turn with it.
      if (group.length > 1) for (const write of group) this.#commit([write]);
      else for (const write of group) write.fail(toAppError(error));
      return;
    }
    for (const write of group) {
      const error = refused.get(write);
      if (error === undefined) write.succeed();
      else write.fail(error);
    }
  }

  /** The error that made the write fail alone; throws when the whole transaction is gone. */
  #inSavepoint(write: Waiting): AppError | undefined {
    this.#database.run("SAVEPOINT one");
    try {
      write.attempt();
      this.#database.run("RELEASE one");
      return undefined;
    } catch (error) {
      // On a full disk and on I/O errors SQLite rolls everything back by itself.
      if (!this.#database.inTransaction) throw error;
      this.#database.exec("ROLLBACK TO one; RELEASE one");
      return toAppError(error);
    }
  }

  /**
   * A commit that failed while it was being synced may have left complete frames in the WAL: a crash now
   * would bring back what its caller was told is not stored. Moving the log into the database drops them.
   */
  #forgetFailedFrames(): void {
    try {
      this.#database.pragma("wal_checkpoint(TRUNCATE)");
    } catch {
      // The disk that refused the commit may refuse this too; the next good commit overwrites the frames.
    }
  }
}
