import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Database } from "./database.ts";
import { checkIntegrity, tableNames } from "./openDatabase.ts";
import type { StoreFiles } from "./storeFiles.ts";

/**
 * Writes a checked copy of the store at `source` to `target`. A copy that fails, or fails its check,
 * leaves the last good one as it is. The copying runs off the main thread on a connection of its own; the
 * check yields between tables.
 */
export async function writeBackup(
  files: StoreFiles,
  source: string,
  target: string,
): Promise<void> {
  const fresh = `${target}.new`;
  await removeDatabase(files, fresh);
  const reader = new Database(source, { readOnly: true });
  try {
    await reader.copyTo(fresh);
  } finally {
    reader.close();
  }
  await checkInSlices(fresh);
  await durableRename(files, fresh, target);
}

/**
 * Puts a copy of the backup where the store's file belongs. `mark` changes the copy before it has that name:
 * what is found there after a power cut has been marked.
 */
export async function restoreBackup(
  files: StoreFiles,
  backup: string,
  target: string,
  mark: (copy: Database) => void = () => {},
): Promise<void> {
  const fresh = `${target}.restoring`;
  await removeDatabase(files, fresh);
  await files.copy(backup, fresh);
  markFile(fresh, mark);
  await durableRename(files, fresh, target);
}

/** Changes a database that nobody has opened; it stays one file. */
export function markFile(path: string, mark: (database: Database) => void): void {
  const database = new Database(path);
  try {
    database.pragma("journal_mode = DELETE");
    mark(database);
  } finally {
    database.close();
  }
}

/** Moves a database and what belongs to it to another name; false when there is none. */
export async function moveDatabase(files: StoreFiles, from: string, to: string): Promise<boolean> {
  const found = files.exists(from);
  for (const suffix of ["", "-wal", "-shm"]) {
    if (files.exists(from + suffix)) await files.rename(from + suffix, to + suffix);
  }
  await files.syncFolder(dirname(to));
  return found;
}

async function checkInSlices(path: string): Promise<void> {
  const database = new Database(path);
  try {
    // The copy says WAL like its source; a single file is what a backup should be.
    database.pragma("journal_mode = DELETE");
    for (const table of tableNames(database)) {
      checkIntegrity(database, table);
      await nextTurn();
    }
  } finally {
    database.close();
  }
}

/** Deletes a database and what belongs to it, if it is there. */
export async function removeDatabase(files: StoreFiles, path: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) await files.remove(path + suffix);
}

/** After it the new name holds the whole file, also when the power fails. */
async function durableRename(files: StoreFiles, from: string, to: string): Promise<void> {
  await files.sync(from);
  await files.rename(from, to);
  await files.syncFolder(dirname(to));
}
