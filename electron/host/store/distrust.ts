import * as z from "zod";
import { PrinterId } from "#shared/domain/ids.ts";
import type { Database } from "./database.ts";
import { unknownPlate } from "./emptyQueue.ts";
import { addJournal } from "./queueRows.ts";

/** Passes every revision that was announced after the backup was made. */
const REVISION_GAP = 1_000_000;

const REASON =
  "The queue comes from a backup: prints may have run since. Look at the plate and at the list.";

/**
 * Marks what a backup says as old: since it was made copies may have been printed and plates filled. No
 * queue goes on by itself and no plate counts as clear until a person has looked. `now` in wall milliseconds.
 */
export function distrust(database: Database, now: number): void {
  database.transaction(() => {
    const queues = database.select(
      z.object({ printer: PrinterId, revision: z.int() }),
      "SELECT printer, revision FROM queues",
    );
    for (const queue of queues) {
      const revision = queue.revision + REVISION_GAP;
      database.run(
        "UPDATE queues SET armed = 0, revision = ?, plate = ? WHERE printer = ?",
        revision,
        JSON.stringify(unknownPlate(revision, now, REASON)),
        queue.printer,
      );
      addJournal(database, queue.printer, {
        at: now,
        actor: { kind: "engine", name: "store" },
        kind: "restored_from_backup",
        data: { revision },
      });
    }
  });
}
