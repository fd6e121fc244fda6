import { statSync } from "node:fs";
import * as z from "zod";
import { AppError } from "#shared/rpc/errors.ts";
import { Database } from "./database.ts";
import { SQLITE } from "./sqliteErrors.ts";

/** Bytes up to which a file is checked at every open: it takes milliseconds. */
const ALWAYS_CHECKED = 16 * 1024 * 1024;

/**
 * Milliseconds a statement of an open store waits for somebody else's lock. Calls are synchronous, and the
 * thread they would hold up also carries an emergency stop.
 */
const OPEN_BUSY_TIMEOUT = 20;

/**
 * Opens a store's file with the settings every promise rests on. A file that was not closed cleanly, or is
 * small, is checked first. Throws SQLite's errors; a failed check throws one with code `corrupt`.
 */
export function openDatabase(path: string): Database {
  const suspect = isSuspect(path);
  const database = new Database(path);
  try {
    configure(database);
    if (suspect) checkIntegrity(database);
    database.exec(`PRAGMA busy_timeout = ${OPEN_BUSY_TIMEOUT}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Damage as SQLite itself would report it, found by a check instead of by a read. */
class DamageError extends Error {
  readonly errcode = SQLITE.corrupt;
}

/** Throws when the structure of the file is damaged. */
export function checkIntegrity(database: Database, table?: string): void {
  const found = database.pragma(table === undefined ? "quick_check(1)" : `quick_check('${table}')`);
  if (found !== "ok") throw new DamageError(`quick_check of ${database.path}: ${String(found)}`);
}

/** The tables of a file, for checks in slices. */
export function tableNames(database: Database): readonly string[] {
  return database
    .select(z.object({ name: z.string() }), "SELECT name FROM sqlite_schema WHERE type = 'table'")
    .map(({ name }) => name);
}

function configure(database: Database): void {
  database.exec(`
    PRAGMA journal_mode = WAL;
    -- Every commit reaches the disk before it is acknowledged, also where fsync alone does not (macOS).
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA journal_size_limit = 16777216;
    -- In pages: the commit that moves the log into the database waits for two more syncs, so it comes seldom.
    PRAGMA wal_autocheckpoint = 4000;
  `);
  // Set again after a change of the journal mode has had its chance to be refused: never trust, ask.
  if (database.pragma("synchronous") !== 2) {
    throw new AppError(
      "internal",
      "SQLite does not write synchronously: nothing would be durable.",
    );
  }
}

/** A clean close leaves no write-ahead log behind. */
function isSuspect(path: string): boolean {
  if (sizeOf(`${path}-wal`) > 0) return true;
  const size = sizeOf(path);
  return size > 0 && size <= ALWAYS_CHECKED;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
