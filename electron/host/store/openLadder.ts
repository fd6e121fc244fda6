import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Logger } from "../log/logger.ts";
import { markFile, moveDatabase, removeDatabase, restoreBackup, writeBackup } from "./backup.ts";
import type { Database } from "./database.ts";
import { distrust } from "./distrust.ts";
import { unwritable } from "./folderLock.ts";
import { latestVersion, migrate, MIGRATIONS, schemaVersion } from "./migrations/migrate.ts";
import { openDatabase } from "./openDatabase.ts";
import type { StoreFiles } from "./storeFiles.ts";
import { isDiskFull, SQLITE, sqliteCode, toAppError } from "./sqliteErrors.ts";

export interface LadderOptions {
  readonly dir: string;
  /** The store's file and its last good backup. */
  readonly file: string;
  readonly backup: string;
  /** A backup that somebody asked to be put in place of the store. */
  readonly restore: string;
  readonly files: StoreFiles;
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
  const { file, backup, files, logger } = options;
  const chosen = await putChosenBackup(options);
  if (chosen !== null) return chosen;
  // Gone with a backup left behind is no new folder: a recovery was cut short, or somebody cleaned up.
  const lost = !files.exists(file) && files.exists(backup);
  const normal = lost ? { reason: "the file is missing" } : await tryOpen(options);
  if ("database" in normal) return normal;

  logger.error("the store is damaged", { file, reason: normal.reason });
  try {
    const aside = await keepAside(options, file, "corrupt");
    const kept = aside === null ? "" : ` The damaged file is kept as ${aside}.`;
    if (files.exists(backup)) {
      const restored = await tryBackup(options);
      if ("database" in restored) {
        const notice = `Nextplate's data was damaged, so the last backup is in use: check every queue and plate before you start.${kept}`;
        return { database: restored.database, rung: "backup", notice };
      }
      logger.error("the backup is damaged too", { backup, reason: restored.reason });
      await removeDatabase(files, file);
      await keepAside(options, backup, "corrupt");
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
 * Puts the backup in place, marked as old before it has the store's name: a recovery that is cut short and
 * found whole by the next start must not pass for the store itself.
 */
async function tryBackup(
  options: LadderOptions,
): Promise<OpenedDatabase | { readonly reason: string }> {
  const { files, backup, file, clock } = options;
  try {
    await restoreBackup(files, backup, file, (copy) => distrust(copy, clock.now()));
  } catch (error) {
    if (isDamage(error)) return { reason: messageOf(error) };
    throw error;
  }
  return tryOpen(options);
}

/**
 * Puts a backup in place that was asked for; the present store is kept aside. Null when none was asked for,
 * or when it cannot be read: then the present store is put back and the request is dropped.
 */
async function putChosenBackup(options: LadderOptions): Promise<OpenedDatabase | null> {
  const { file, restore, files, clock, logger } = options;
  if (!files.exists(restore)) return null;
  try {
    // Under its own name still, for the same reason.
    markFile(restore, (copy) => distrust(copy, clock.now()));
  } catch (error) {
    if (!isDamage(error)) throw error;
    logger.error("the chosen backup cannot be read", { restore, reason: messageOf(error) });
    await keepAside(options, restore, "corrupt");
    return null;
  }
  await files.sync(restore);
  const aside = await keepAside(options, file, "replaced");
  await moveDatabase(files, restore, file);
  const opened = await tryOpen(options);
  if ("database" in opened) {
    const kept = aside === null ? "" : ` The data before is kept as ${aside}.`;
    const notice = `A backup was restored: check every queue and plate before you start.${kept}`;
    return { database: opened.database, rung: "backup", notice };
  }
  logger.error("the chosen backup cannot be read", { restore, reason: opened.reason });
  await keepAside(options, file, "corrupt");
  if (aside !== null) await moveDatabase(files, aside, file);
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
    if (isDamage(error)) return { reason: messageOf(error) };
    switch (sqliteCode(error)) {
      case SQLITE.cantOpen:
      case SQLITE.readonly:
        throw unwritable(options.dir, error);
      default:
        // A full disk, a lock, a bug of ours: the data is good and must not be set aside for it.
        throw toAppError(error);
    }
  }
}

/** The file itself is broken, whoever opens it. */
function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE.corrupt || code === SQLITE.notADatabase || code === SQLITE.ioError;
}

/** The older program may be wanted back, and a step that goes wrong must not cost anything. */
async function backupBeforeUpgrade(database: Database, options: LadderOptions): Promise<void> {
  const present = schemaVersion(database);
  if (present === 0 || present >= latestVersion(MIGRATIONS)) return;
  await writeBackup(options.files, options.file, options.backup);
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
  { files, clock }: LadderOptions,
  file: string,
  why: "corrupt" | "replaced",
): Promise<string | null> {
  const time = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-");
  for (let n = 1; ; n++) {
    const name = `${file}.${time}${n === 1 ? "" : `-${n}`}.${why}`;
    if (files.exists(name)) continue;
    return (await moveDatabase(files, file, name)) ? name : null;
  }
}
