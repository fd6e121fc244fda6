import type { Clock } from "#shared/util/clock.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import type { Logger } from "../log/logger.ts";
import type { Database } from "./database.ts";
import type { GroupCommit } from "./groupCommit.ts";

/** What the stores of one file share. */
export interface StoreContext {
  readonly database: Database;
  readonly writes: GroupCommit;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface BadRow {
  /** The table it stood in. */
  readonly source: string;
  readonly key: string;
  readonly reason: string;
  /** The row as read. */
  readonly row: unknown;
}

/**
 * Sets a row that does not parse aside: says so in the log, keeps it with the reason in `quarantine`, and
 * lets `repair` take it out of its table in the same transaction. One bad row never stops a farm.
 */
export function setAside(context: StoreContext, bad: BadRow, repair: () => void): void {
  const { database, writes, clock, logger } = context;
  const { source, key, reason } = bad;
  logger.error("a stored row does not parse and was set aside", { source, key, reason });
  const written = writes.run(() => {
    database.run(
      "INSERT INTO quarantine (at, source, key, reason, row) VALUES (?, ?, ?, ?, ?)",
      clock.now(),
      source,
      key,
      reason,
      JSON.stringify(bad.row),
    );
    repair();
  });
  // It stays where it is, and the next load comes here again.
  drop(written, (error) =>
    logger.error("a bad row could not be set aside", { source, key, error: messageOf(error) }),
  );
}
