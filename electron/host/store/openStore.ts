import { join } from "node:path";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Logger } from "../log/logger.ts";
import { BackupKeeper } from "./backupKeeper.ts";
import type { Backups } from "./backups.ts";
import { lockFolder } from "./folderLock.ts";
import { GroupCommit } from "./groupCommit.ts";
import type { AccessJournal } from "./accessJournal.ts";
import type { HistoryStore } from "./historyStore.ts";
import type { LibraryIndex } from "./libraryIndex.ts";
import { openLadder, type Rung } from "./openLadder.ts";
import type { PrinterStore } from "./printerStore.ts";
import type { StoreContext } from "./quarantine.ts";
import type { QueueStore } from "./queueStore.ts";
import { nodeStoreFiles, type StoreFiles } from "./storeFiles.ts";
import type { SettingsStore } from "./settingsStore.ts";
import { SqliteAccessJournal } from "./sqliteAccessJournal.ts";
import { SqliteHistoryStore } from "./sqliteHistoryStore.ts";
import { SqliteLibraryIndex } from "./sqliteLibraryIndex.ts";
import { SqlitePrinterStore } from "./sqlitePrinterStore.ts";
import { SqliteQueueStore } from "./sqliteQueueStore.ts";
import { SqliteSettingsStore } from "./sqliteSettingsStore.ts";

export interface StoreOptions {
  /** The data folder; created if need be, and taken for this process. */
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The disk, but in tests that cut its power. */
  readonly files?: StoreFiles;
}

/** Everything durable of a host. */
export interface Store {
  readonly queues: QueueStore;
  readonly printers: PrinterStore;
  readonly settings: SettingsStore;
  readonly library: LibraryIndex;
  readonly history: HistoryStore;
  readonly access: AccessJournal;
  /** Null while nothing is stored on a disk. */
  readonly backups: Backups | null;
  /** How it was opened. */
  readonly rung: Rung;
  /** One sentence for the operator when something is not as it should be. */
  readonly notice: string | null;
  /** Commits what waits, refuses later writes, leaves a checked backup and one whole file, frees the folder. */
  close(): Promise<void>;
}

/**
 * Opens the store of a data folder; see openLadder for what happens to a damaged one. Rejects with
 * `unavailable` (in use, not writable, of a newer program) or `storage_full`; then nothing is left open.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dir, clock, logger, files = nodeStoreFiles } = options;
  const lock = lockFolder(dir);
  const file = join(dir, "nextplate.db");
  const backup = join(dir, "nextplate.backup.db");
  const restore = join(dir, "nextplate.restore.db");
  try {
    const { database, rung, notice } = await openLadder({
      dir,
      file,
      backup,
      restore,
      files,
      clock,
      logger,
    });
    if (notice !== null) logger.warn(notice);
    const writes = new GroupCommit(database);
    const context: StoreContext = { database, writes, clock, logger };
    const keeper =
      rung === "memory"
        ? null
        : new BackupKeeper({ database, backup, restore, files, clock, logger });
    keeper?.start();
    return {
      queues: new SqliteQueueStore(context),
      printers: new SqlitePrinterStore(context),
      settings: new SqliteSettingsStore(context),
      library: new SqliteLibraryIndex(context),
      history: new SqliteHistoryStore(context),
      access: new SqliteAccessJournal(context),
      backups: keeper,
      rung,
      notice,
      async close() {
        if (!database.isOpen) return;
        writes.close();
        await keeper?.stop();
        try {
          database.pragma("wal_checkpoint(TRUNCATE)");
        } catch (error) {
          // The log holds everything; the next open reads it.
          logger.warn("the store was closed without a checkpoint", { error: messageOf(error) });
        }
        database.close();
        lock.dispose();
      },
    };
  } catch (error) {
    lock.dispose();
    throw error;
  }
}
