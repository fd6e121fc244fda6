import { Actor } from "#shared/domain/plate.ts";
import * as z from "zod";
import type { AccessJournal, NumberedEntry } from "./accessJournal.ts";
import type { StoreContext } from "./quarantine.ts";
import type { JournalEntry } from "./queueStore.ts";
import { addJournal, JournalRow } from "./queueRows.ts";
import { parseRecord } from "./storedRecord.ts";

/** In the journal's column of printers: no printer's id has a colon. */
const PLACE = "access:";
/** Whoever knocks at the door all night must not fill the disk. */
const MOST = 10_000;

/** The audit trail of access in SQLite. */
export class SqliteAccessJournal implements AccessJournal {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async record(entry: JournalEntry): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      addJournal(database, PLACE, entry);
      database.run(
        `DELETE FROM journal WHERE printer = ? AND number <=
           (SELECT number FROM journal WHERE printer = ? ORDER BY number DESC LIMIT 1 OFFSET ${MOST})`,
        PLACE,
        PLACE,
      );
    });
  }

  list(limit: number, before = Number.MAX_SAFE_INTEGER): readonly NumberedEntry[] {
    const rows = this.#context.database.select(
      JournalRow.extend({ number: z.int() }),
      `SELECT number, at, kind, actor, data FROM journal
         WHERE printer = ? AND number < ? ORDER BY number DESC LIMIT ?`,
      PLACE,
      before,
      Math.min(1000, Math.max(1, Math.trunc(limit))),
    );
    return rows.flatMap((row) => {
      const actor = parseRecord(Actor, row.actor);
      const data = parseRecord(z.record(z.string(), z.unknown()), row.data);
      if (!actor.ok || !data.ok) return [];
      const { number, at, kind } = row;
      return [{ number, at, kind, actor: actor.value, data: data.value }];
    });
  }
}
