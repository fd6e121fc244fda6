import * as z from "zod";
import type { PrinterId } from "#shared/domain/ids.ts";
import { Printer } from "#shared/domain/printer.ts";
import type { PrinterStore } from "./printerStore.ts";
import { setAside, type StoreContext } from "./quarantine.ts";
import { parseRecord } from "./storedRecord.ts";

const PrinterRow = z.object({ id: z.string(), body: z.string() });

/** The farm's printers in SQLite. */
export class SqlitePrinterStore implements PrinterStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  list(): readonly Printer[] {
    const { database } = this.#context;
    const rows = database.select(PrinterRow, "SELECT id, body FROM printers ORDER BY place, id");
    return rows.flatMap((row) => {
      const parsed = parseRecord(Printer, row.body);
      if (parsed.ok) return [parsed.value];
      const bad = { source: "printers", key: row.id, reason: parsed.reason, row };
      setAside(this.#context, bad, () => {
        database.run("DELETE FROM printers WHERE id = ?", row.id);
      });
      return [];
    });
  }

  async put(printer: Printer): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      database.run("INSERT OR IGNORE INTO printer_ids (id) VALUES (?)", printer.id);
      database.run(
        "REPLACE INTO printers (id, place, body) VALUES (?, ?, ?)",
        printer.id,
        printer.order,
        JSON.stringify(printer),
      );
    });
  }

  async remove(id: PrinterId): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      database.run("DELETE FROM printers WHERE id = ?", id);
    });
  }

  isTaken(id: PrinterId): boolean {
    return this.#context.database.all("SELECT 1 FROM printer_ids WHERE id = ?", id).length > 0;
  }
}
