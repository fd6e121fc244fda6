import type { Migration } from "./migration.ts";

/**
 * What an attempt's slicer expected it to take, in millimetres and grams, so that sums over years of
 * history need not parse every record. Null in attempts of before: nothing about them was kept.
 */
export const filament: Migration = {
  version: 4,
  up(database) {
    database.exec(`
      ALTER TABLE attempts ADD COLUMN filament_length REAL;
      ALTER TABLE attempts ADD COLUMN filament_weight REAL;
    `);
  },
};
