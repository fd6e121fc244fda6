import { existsSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Database } from "./database.ts";
import { checkIntegrity, tableNames } from "./openDatabase.ts";

/**
 * Writes a checked copy of the store at `source` to `target`. A copy that fails, or fails its check,
 * leaves the last good one as it is. The copying runs off the main thread on a connection of its own; the
 * check yields between tables.
 */
export async function writeBackup(source: string, target: string): Promise<void> {
  const fresh = `${target}.new`;
  await removeDatabase(fresh);
  const reader = new Database(source, { readOnly: true });
  try {
    await reader.copyTo(fresh);
  } finally {
    reader.close();
  }
  await checkInSlices(fresh);
  await durableRename(fresh, target);
}

/** Puts a copy of the backup where the store's file belongs. */
export async function restoreBackup(backup: string, target: string): Promise<void> {
  const fresh = `${target}.restoring`;
  await removeDatabase(fresh);
  await copyFile(backup, fresh);
  await durableRename(fresh, target);
}

/** Moves a database and what belongs to it to another name; false when there is none. */
export async function moveDatabase(from: string, to: string): Promise<boolean> {
  const found = existsSync(from);
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(from + suffix)) await rename(from + suffix, to + suffix);
  }
  await syncFolder(dirname(to));
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
export async function removeDatabase(path: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) await rm(path + suffix, { force: true });
}

/** After it the new name holds the whole file, also when the power fails. */
async function durableRename(from: string, to: string): Promise<void> {
  const file = await open(from, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(from, to);
  await syncFolder(dirname(to));
}

async function syncFolder(dir: string): Promise<void> {
  // Windows cannot open folders; NTFS journals the rename by itself.
  if (process.platform === "win32") return;
  const folder = await open(dir, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
