import type { Database } from "../database.ts";

/** One step of the schema. Append-only: a released step is never edited, later ones correct it. */
export interface Migration {
  /** What `user_version` is afterwards. */
  readonly version: number;
  /** Runs inside a transaction of its own. */
  up(database: Database): void;
}
