import { systemClock } from "#shared/util/clock.ts";
import { silentLogger, type Logger } from "../../electron/host/log/logger.ts";
import type { Database } from "../../electron/host/store/database.ts";
import { GroupCommit } from "../../electron/host/store/groupCommit.ts";
import { migrate } from "../../electron/host/store/migrations/migrate.ts";
import { openDatabase } from "../../electron/host/store/openDatabase.ts";
import type { StoreContext } from "../../electron/host/store/quarantine.ts";

/** A store context on `path`, in memory unless told otherwise, with the present schema. */
export function storeContext(path = ":memory:", logger: Logger = silentLogger): StoreContext {
  const database = openDatabase(path);
  migrate(database);
  return { database, writes: new GroupCommit(database), clock: systemClock, logger };
}

/** A logger that keeps what it is told as errors. */
export function errorRecorder(): { readonly logger: Logger; readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (message, data) => errors.push({ message, ...data }),
  };
  return { logger, errors };
}

/** How many rows a table has. */
export function countRows(database: Database, table: string): number {
  return database.all(`SELECT 1 FROM ${table}`).length;
}
