import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database, type SqlValue } from "../../../electron/host/store/database.ts";
import { openDatabase } from "../../../electron/host/store/openDatabase.ts";

describe("Database", () => {
  let database: Database;
  beforeEach(() => {
    database = new Database(":memory:");
    database.exec("CREATE TABLE t (value ANY) STRICT");
  });
  afterEach(() => database.close());

  it.each<[string, SqlValue]>([
    ["text", "ä\n\u{1F5A8}"],
    ["an empty text", ""],
    ["an integer", 9_007_199_254_740_991],
    ["a fraction", -0.125],
    ["null", null],
    ["bytes, also as the only value", new Uint8Array([0, 255])],
  ])("gives back %s as it was bound", (_, value) => {
    database.run("INSERT INTO t VALUES (?)", value);
    const row = database.first(z.object({ value: z.unknown() }), "SELECT value FROM t");
    expect(row).toEqual({ value });
  });

  it("throws for a row of another shape instead of passing it on", () => {
    database.run("INSERT INTO t VALUES (?)", "seven");
    expect(() => database.select(z.object({ value: z.number() }), "SELECT value FROM t")).toThrow(
      "expected number",
    );
  });

  it("answers undefined for no row", () => {
    expect(database.first(z.object({ value: z.string() }), "SELECT value FROM t")).toBeUndefined();
  });

  it("rolls a failed transaction back and says what failed", () => {
    const work = (): void =>
      database.transaction(() => {
        database.run("INSERT INTO t VALUES (1)");
        throw new Error("half way");
      });
    expect(work).toThrow("half way");
    expect(database.inTransaction).toBe(false);
    expect(database.all("SELECT * FROM t")).toEqual([]);
  });

  it("can be closed twice", () => {
    database.close();
    expect(() => database.close()).not.toThrow();
  });
});

describe("openDatabase", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "nextplate-db-"));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it("opens with the settings durability rests on", () => {
    const database = openDatabase(join(dir, "a.db"));
    const pragmas = ["journal_mode", "synchronous", "foreign_keys", "fullfsync", "busy_timeout"];
    expect(Object.fromEntries(pragmas.map((name) => [name, database.pragma(name)]))).toEqual({
      journal_mode: "wal",
      synchronous: 2, // FULL
      foreign_keys: 1,
      fullfsync: 1,
      busy_timeout: 20,
    });
    database.close();
  });
});
