import type { Migration } from "./migration.ts";

/** What an engine must remember of its queue and nothing searches by: one JSON record per queue. */
export const memory: Migration = {
  version: 3,
  up(database) {
    database.exec("ALTER TABLE queues ADD COLUMN memory TEXT NOT NULL DEFAULT '{}'");
  },
};
