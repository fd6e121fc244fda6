import type { Migration } from "./migration.ts";

/** The history is read newest first, of all printers, of one, or of one outcome: one index each. */
export const history: Migration = {
  version: 2,
  up(database) {
    database.exec(`
      CREATE INDEX history_by_time ON attempts (ended_at, id) WHERE ended_at IS NOT NULL;
      CREATE INDEX history_of_printer ON attempts (printer, ended_at, id) WHERE ended_at IS NOT NULL;
      CREATE INDEX history_by_outcome ON attempts (state, ended_at, id) WHERE ended_at IS NOT NULL;
    `);
  },
};
