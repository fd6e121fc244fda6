import type { Migration } from "./migration.ts";

/**
 * A search for part of a name reads all attempts when few or none match: the index it walks by time holds
 * the name too, so that only those that match are read whole.
 */
export const historyByName: Migration = {
  version: 5,
  up(database) {
    database.exec(`
      DROP INDEX history_by_time;
      CREATE INDEX history_by_time ON attempts (ended_at, id, filename) WHERE ended_at IS NOT NULL;
    `);
  },
};
