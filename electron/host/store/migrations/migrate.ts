import * as z from "zod";
import { AppError } from "#shared/rpc/errors.ts";
import type { Database } from "../database.ts";
import { farm } from "./0001-farm.ts";
import { history } from "./0002-history.ts";
import { memory } from "./0003-memory.ts";
import { filament } from "./0004-filament.ts";
import { historyByName } from "./0005-history-by-name.ts";
import type { Migration } from "./migration.ts";

/** All steps, oldest first. */
export const MIGRATIONS: readonly Migration[] = [farm, history, memory, filament, historyByName];

/** The version of a file's schema; 0 = a new file. */
export function schemaVersion(database: Database): number {
  return z.int().parse(database.pragma("user_version"));
}

export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Brings the schema up to date, each step in a transaction of its own, so that a crash between two is
 * resumed by the next start. Refuses a file of a newer program with `unavailable`.
 */
export function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): void {
  checkNumbering(migrations);
  const present = schemaVersion(database);
  const latest = latestVersion(migrations);
  if (present > latest) {
    throw new AppError(
      "unavailable",
      `The data in ${database.path} was written by a newer Nextplate (store version ${present}; this program reads up to ${latest}). ` +
        "Start the newer program, or choose another folder with --data-dir.",
    );
  }
  for (const migration of migrations) {
    if (migration.version <= present) continue;
    database.transaction(() => {
      migration.up(database);
      database.exec(`PRAGMA user_version = ${migration.version}`);
    });
  }
}

/** Versions are 1, 2, 3, ...: a gap or a swap would skip a step on some machines and not on others. */
function checkNumbering(migrations: readonly Migration[]): void {
  migrations.forEach(({ version }, index) => {
    if (version !== index + 1) {
      throw new AppError("internal", `Migration ${version} stands at place ${index + 1}`);
    }
  });
}
