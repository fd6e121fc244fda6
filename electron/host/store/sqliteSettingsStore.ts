import * as z from "zod";
import { setAside, type StoreContext } from "./quarantine.ts";
import type { SettingsStore } from "./settingsStore.ts";
import { parseRecord } from "./storedRecord.ts";

const ValueRow = z.object({ value: z.string() });

/** Settings in SQLite, as JSON text. */
export class SqliteSettingsStore implements SettingsStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  get(key: string): unknown {
    const { database } = this.#context;
    const row = database.first(ValueRow, "SELECT value FROM settings WHERE key = ?", key);
    if (row === undefined) return undefined;
    const parsed = parseRecord(z.unknown(), row.value);
    if (parsed.ok) return parsed.value;
    setAside(this.#context, { source: "settings", key, reason: parsed.reason, row }, () => {
      database.run("DELETE FROM settings WHERE key = ?", key);
    });
    return undefined;
  }

  async set(key: string, value: unknown): Promise<void> {
    const { database, writes } = this.#context;
    // Made now: a value changed by its owner before the commit must not be stored half changed.
    const json = value === undefined ? null : JSON.stringify(value);
    await writes.run(() => {
      if (json === null) database.run("DELETE FROM settings WHERE key = ?", key);
      else database.run("REPLACE INTO settings (key, value) VALUES (?, ?)", key, json);
    });
  }
}
