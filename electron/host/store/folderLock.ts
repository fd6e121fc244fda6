import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { Database } from "./database.ts";
import { SQLITE, sqliteCode } from "./sqliteErrors.ts";

/**
 * Takes a data folder for this process, creating it if need be. The lock is the operating system's, held
 * through a SQLite file of its own, so it dies with the process however that ends.
 * Throws `unavailable` when another process has it or the folder cannot be written.
 */
export function lockFolder(dir: string): Disposable {
  try {
    // Printers' API keys are in there.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(dir, error);
  }
  let lock: Database | undefined;
  try {
    lock = new Database(join(dir, "nextplate.lock"), { busyTimeout: 0 });
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    lock?.close();
    if (sqliteCode(error) !== SQLITE.busy) throw unwritable(dir, error);
    throw new AppError(
      "unavailable",
      `The folder ${dir} is in use by another Nextplate. Use that one, or close it first, or choose another folder with --data-dir.`,
      { cause: error },
    );
  }
  const held = lock;
  return { dispose: () => held.close() };
}

/** The error for a folder this user cannot write to. */
export function unwritable(dir: string, error: unknown): AppError {
  return new AppError(
    "unavailable",
    `The data folder ${dir} cannot be written (${messageOf(error)}). Choose another with --data-dir, or fix its permissions.`,
    { cause: error },
  );
}
