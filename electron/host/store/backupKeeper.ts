import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { Logger } from "../log/logger.ts";
import { restoreBackup, writeBackup } from "./backup.ts";
import type { BackupFile, Backups } from "./backups.ts";
import type { Database } from "./database.ts";
import type { StoreFiles } from "./storeFiles.ts";

/** Milliseconds between two backups of a running host. */
const INTERVAL = 3_600_000;

export interface BackupKeeperOptions {
  readonly database: Database;
  /** Where the last good backup lies. */
  readonly backup: string;
  /** What the next start puts in place of the store, if it is there. */
  readonly restore: string;
  readonly files: StoreFiles;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps a recent backup while the host runs, one of the last state when it ends, and one when asked. */
export class BackupKeeper implements Backups {
  readonly #options: BackupKeeperOptions;
  readonly #sequencer = new Sequencer();
  #timer: Disposable | undefined;
  /** Changes of the connection the last backup holds; a store nobody changed is not copied again. */
  #saved = 0;

  constructor(options: BackupKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.setTimer(INTERVAL, () => {
      // save() reports its own failures.
      drop(
        this.#sequencer.run(() => this.#save()),
        () => {},
      );
      this.start();
    });
  }

  /** Resolves when the last backup is made; a failure is logged and costs nothing but the backup. */
  async stop(): Promise<void> {
    this.#timer?.dispose();
    await this.#sequencer.run(() => this.#save());
  }

  get restorePending(): boolean {
    return this.#options.files.exists(this.#options.restore);
  }

  async last(): Promise<BackupFile | null> {
    const { backup } = this.#options;
    const found = await stat(backup).catch(() => undefined);
    return found === undefined ? null : { path: backup, size: found.size, at: found.mtimeMs };
  }

  create(): Promise<BackupFile> {
    return this.#sequencer.run(async () => {
      await this.#write();
      const written = await this.last();
      if (written === null) throw new AppError("internal", "The backup has vanished: try again.");
      return written;
    });
  }

  requestRestore(pending: boolean): Promise<void> {
    return this.#sequencer.run(async () => {
      const { backup, restore, files } = this.#options;
      if (!pending) {
        await files.remove(restore);
        // Taken back for good: a power cut must not bring an old store over the present one.
        return files.syncFolder(dirname(restore));
      }
      if (!files.exists(backup)) {
        throw new AppError("not_found", "There is no backup yet: make one first.");
      }
      // A copy of its own: the backup made when this program ends must not take its place.
      await restoreBackup(files, backup, restore);
    });
  }

  async #save(): Promise<void> {
    const { database, logger } = this.#options;
    if (database.totalChanges === this.#saved) return;
    try {
      await this.#write();
    } catch (error) {
      logger.warn("no backup could be made; the last good one is kept", {
        error: messageOf(error),
      });
    }
  }

  async #write(): Promise<void> {
    const { database, backup, files } = this.#options;
    const changes = database.totalChanges;
    await writeBackup(files, database.path, backup);
    this.#saved = changes;
  }
}
