import { messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { Logger } from "../log/logger.ts";
import { writeBackup } from "./backup.ts";
import type { Database } from "./database.ts";

/** Milliseconds between two backups of a running host. */
const INTERVAL = 3_600_000;

export interface BackupKeeperOptions {
  readonly database: Database;
  /** Where the last good backup lies. */
  readonly backup: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps a recent backup while the host runs, and one of the last state when it ends. */
export class BackupKeeper {
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

  async #save(): Promise<void> {
    const { database, backup, logger } = this.#options;
    const changes = database.totalChanges;
    if (changes === this.#saved) return;
    try {
      await writeBackup(database.path, backup);
      this.#saved = changes;
    } catch (error) {
      logger.warn("no backup could be made; the last good one is kept", {
        error: messageOf(error),
      });
    }
  }
}
