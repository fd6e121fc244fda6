import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../../../electron/host/store/database.ts";
import { GroupCommit } from "../../../electron/host/store/groupCommit.ts";
import {
  latestVersion,
  migrate,
  MIGRATIONS,
  schemaVersion,
} from "../../../electron/host/store/migrations/migrate.ts";
import type { Migration } from "../../../electron/host/store/migrations/migration.ts";
import { SqliteHistoryStore } from "../../../electron/host/store/sqliteHistoryStore.ts";
import { SqliteLibraryIndex } from "../../../electron/host/store/sqliteLibraryIndex.ts";
import { SqlitePrinterStore } from "../../../electron/host/store/sqlitePrinterStore.ts";
import { SqliteQueueStore } from "../../../electron/host/store/sqliteQueueStore.ts";
import { SqliteSettingsStore } from "../../../electron/host/store/sqliteSettingsStore.ts";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { attemptId, contentOf, copyId, jobId, voron } from "../../support/storedRecords.ts";

const versionOne = readFileSync(new URL("../../fixtures/store/v1.sql", import.meta.url), "utf8");

function schemaOf(database: Database): readonly unknown[] {
  return database.all(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
  );
}

describe("migrations", () => {
  let database: Database;
  beforeEach(() => {
    database = new Database(":memory:");
  });
  afterEach(() => database.close());

  it("bring a new file to the latest version", () => {
    migrate(database);
    expect(schemaVersion(database)).toBe(latestVersion(MIGRATIONS));
  });

  it("make every table STRICT", () => {
    migrate(database);
    const loose = database.all(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    );
    expect(loose).toEqual([]);
  });

  it("change nothing when run again", () => {
    migrate(database);
    const schema = schemaOf(database);
    migrate(database);
    expect(schemaOf(database)).toEqual(schema);
  });

  it("leave what version 1 was released as alone", () => {
    const released = new Database(":memory:");
    released.exec(versionOne);
    const [first] = MIGRATIONS;
    migrate(database, first === undefined ? [] : [first]);
    expect(schemaOf(database)).toEqual(schemaOf(released));
    released.close();
  });

  it("bring a store of version 1 up with everything in it", () => {
    database.exec(versionOne);
    migrate(database);
    const writes = new GroupCommit(database);
    const context = { database, writes, clock: systemClock, logger: silentLogger };
    const queue = new SqliteQueueStore(context).load(voron, 9);
    expect({
      armed: queue.armed,
      revision: queue.revision,
      jobs: [...queue.jobs.keys()],
      copies: queue.copies.map(({ id }) => id),
      attempt: queue.attempt?.state,
      undecided: queue.undecided.map(({ id }) => id),
      printers: new SqlitePrinterStore(context).list().map(({ name }) => name),
      setting: new SqliteSettingsStore(context).get("default_printer"),
      files: new SqliteLibraryIndex(context).files().map(({ path }) => path),
      thumbnails: new SqliteLibraryIndex(context).thumbnails(contentOf(1)).length,
      history: new SqliteHistoryStore(context).list({}, 10).attempts.map(({ id }) => id),
    }).toEqual({
      armed: true,
      revision: 1,
      jobs: [jobId(1)],
      copies: [copyId(1)],
      attempt: "printing",
      undecided: [attemptId(3)],
      printers: ["Voron 2.4"],
      setting: "voron",
      files: ["part 1.gcode"],
      thumbnails: 1,
      history: [attemptId(3), attemptId(4)],
    });
    const quarantined = database.all("SELECT * FROM quarantine");
    expect(quarantined).toEqual([]);
  });

  it("bring a store of each later version up without losing an attempt or what it says", () => {
    for (const version of [1, 2, 3, 4]) {
      const old = new Database(":memory:");
      old.exec(versionOne);
      migrate(old, MIGRATIONS.slice(0, version));
      const bodies = old.all("SELECT id, body FROM attempts ORDER BY id");
      migrate(old);
      expect(old.all("SELECT id, body FROM attempts ORDER BY id")).toEqual(bodies);
      expect(old.all("SELECT DISTINCT filament_length, filament_weight FROM attempts")).toEqual([
        { filament_length: null, filament_weight: null },
      ]);
      old.close();
    }
  });

  it("undo a step that fails and keep the ones before it", () => {
    const steps: readonly Migration[] = [
      { version: 1, up: (d) => d.exec("CREATE TABLE first (a TEXT) STRICT") },
      {
        version: 2,
        up(d) {
          d.exec("CREATE TABLE second (a TEXT) STRICT");
          throw new Error("no");
        },
      },
    ];
    expect(() => migrate(database, steps)).toThrow("no");
    expect(schemaVersion(database)).toBe(1);
    expect(database.all("SELECT name FROM sqlite_schema")).toEqual([{ name: "first" }]);
  });

  it("are numbered without gaps", () => {
    const gap: readonly Migration[] = [{ version: 2, up: () => {} }];
    expect(() => migrate(database, gap)).toThrow("Migration 2 stands at place 1");
  });

  it("refuse the file of a newer program and name both versions", () => {
    database.exec("PRAGMA user_version = 99");
    expect(() => migrate(database)).toThrow(
      new RegExp(`store version 99; this program reads up to ${latestVersion(MIGRATIONS)}`),
    );
    expect(schemaVersion(database)).toBe(99);
  });
});
