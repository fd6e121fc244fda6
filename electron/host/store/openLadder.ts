import { existsSync } from "node:fs";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Logger } from "../log/logger.ts";
import { moveDatabase, removeDatabase, restoreBackup, writeBackup } from "./backup.ts";
import type { Database } from "./database.ts";
import { distrust } from "./distrust.ts";
import { unwritable } from "./folderLock.ts";
import { latestVersion, migrate, MIGRATIONS, schemaVersion } from "./migrations/migrate.ts";
import { openDatabase } from "./openDatabase.ts";
import { isDiskFull, SQLITE, sqliteCode, toAppError } from "./sqliteErrors.ts";

export interface LadderOptions {
  readonly dir: string;
  /** The store's file and its last good backup. */
  readonly file: string;
  readonly backup: string;
  /** A backup that somebody asked to be put in place of the store. */
  readonly restore: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Which rung held. */
export type Rung = "normal" | "backup" | "fresh" | "memory";

export interface OpenedDatabase {
  readonly database: Database;
  readonly rung: Rung;
  /** One sentence for the operator; null when all is well. */
  readonly notice: string | null;
}

/**
 * Opens the store: as it is; else from the last good backup; else fresh, with the broken file kept aside;
 * else in memory. Rejects, instead of going down, when that would hide data that is there: a newer
 * program's file, a folder or file this user cannot write (`unavailable`), a full disk (`storage_full`).
 */
export async function openLadder(options: LadderOptions): Promise<OpenedDatabase> {
  const { file, backup, logger } = options;
  const chosen = await putChosenBackup(options);
  if (chosen !== null) return chosen;
  // Gone with a backup left behind is no new folder: a recovery was cut short, or somebody cleaned up.
  const lost = !existsSync(file) && existsSync(backup);
  const normal = lost ? { reason: "the file is missing" } : await tryOpen(options);
  if ("database" in normal) return normal;

  logger.error("the store is damaged", { file, reason: normal.reason });
  try {
    const aside = await keepAside(file, options.clock, "corrupt");
    const kept = aside === null ? "" : ` The damaged file is kept as ${aside}.`;
    if (existsSync(backup)) {
      await restoreBackup(backup, file);
      const restored = await tryOpen(options);
      if ("database" in restored) {
        distrust(restored.database, options.clock.now());
        const notice = `Nextplate's data was damaged, so the last backup is in use: check every queue and plate before you start.${kept}`;
        return { database: restored.database, rung: "backup", notice };
      }
      logger.error("the backup is damaged too", { backup, reason: restored.reason });
      await removeDatabase(file);
      await keepAside(backup, options.clock, "corrupt");
    }
    const fresh = await tryOpen(options);
    if ("database" in fresh) {
      const notice = `Nextplate's data was damaged and no backup could be read, so it starts empty.${kept}`;
      return { database: fresh.database, rung: "fresh", notice };
    }
    return inMemory(fresh.reason);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (isDiskFull(error)) throw toAppError(error);
    logger.error("no store could be made on this disk", { error: messageOf(error) });
    return inMemory(messageOf(error));
  }
}

/**
 * Puts a backup in place that was asked for; the present store is kept aside. Null when none was asked for,
 * or when it cannot be read: then the present store is put back and the request is dropped.
 */
async function putChosenBackup(options: LadderOptions): Promise<OpenedDatabase | null> {
  const { file, restore, clock, logger } = options;
  if (!existsSync(restore)) return null;
  const aside = await keepAside(file, clock, "replaced");
  await moveDatabase(restore, file);
  const opened = await tryOpen(options);
  if ("database" in opened) {
    distrust(opened.database, clock.now());
    const kept = aside === null ? "" : ` The data before is kept as ${aside}.`;
    const notice = `A backup was restored: check every queue and plate before you start.${kept}`;
    return { database: opened.database, rung: "backup", notice };
  }
  logger.error("the chosen backup cannot be read", { restore, reason: opened.reason });
  await keepAside(file, clock, "corrupt");
  if (aside !== null) await moveDatabase(aside, file);
  return null;
}

async function tryOpen(
  options: LadderOptions,
): Promise<OpenedDatabase | { readonly reason: string }> {
  let database: Database | undefined;
  try {
    database = openDatabase(options.file);
    await backupBeforeUpgrade(database, options);
    migrate(database);
    return { database, rung: "normal", notice: null };
  } catch (error) {
    database?.close();
    if (error instanceof AppError) throw error;
    switch (sqliteCode(error)) {
      case SQLITE.corrupt:
      case SQLITE.notADatabase:
      case SQLITE.ioError:
        return { reason: messageOf(error) };
      case SQLITE.cantOpen:
      case SQLITE.readonly:
        throw unwritable(options.dir, error);
      default:
        // A full disk, a lock, a bug of ours: the data is good and must not be set aside for it.
        throw toAppError(error);
    }
  }
}

/** The older program may be wanted back, and a step that goes wrong must not cost anything. */
async function backupBeforeUpgrade(database: Database, options: LadderOptions): Promise<void> {
  const present = schemaVersion(database);
  if (present === 0 || present >= latestVersion(MIGRATIONS)) return;
  await writeBackup(options.file, options.backup);
}

function inMemory(reason: string): OpenedDatabase {
  const database = openDatabase(":memory:");
  migrate(database);
  return {
    database,
    rung: "memory",
    notice: `Nextplate's data cannot be stored (${reason}): what you queue now is lost when the program ends. Check the disk, then start again.`,
  };
}

/** Moves a file out of the way, under a name with the time and the reason; null when there is none. */
async function keepAside(
  file: string,
  clock: Clock,
  why: "corrupt" | "replaced",
): Promise<string | null> {
  const time = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-");
  for (let n = 1; ; n++) {
    const name = `${file}.${time}${n === 1 ? "" : `-${n}`}.${why}`;
    if (existsSync(name)) continue;
    return (await moveDatabase(file, name)) ? name : null;
  }
}
