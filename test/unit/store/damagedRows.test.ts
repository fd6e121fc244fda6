import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import type { QueueStore } from "../../../electron/host/store/queueStore.ts";
import type { StoreContext } from "../../../electron/host/store/quarantine.ts";
import { SqliteHistoryStore } from "../../../electron/host/store/sqliteHistoryStore.ts";
import { SqliteLibraryIndex } from "../../../electron/host/store/sqliteLibraryIndex.ts";
import { SqlitePrinterStore } from "../../../electron/host/store/sqlitePrinterStore.ts";
import { SqliteQueueStore } from "../../../electron/host/store/sqliteQueueStore.ts";
import { SqliteSettingsStore } from "../../../electron/host/store/sqliteSettingsStore.ts";
import { errorRecorder, storeContext } from "../../support/storeContext.ts";
import {
  aCopy,
  aJob,
  anAttempt,
  anEndedAttempt,
  attemptId,
  copyId,
  jobId,
  voron,
  writeOf,
} from "../../support/storedRecords.ts";

describe("A stored row that does not parse", () => {
  let context: StoreContext;
  let errors: readonly unknown[];
  let store: QueueStore;

  beforeEach(async () => {
    const recorder = errorRecorder();
    errors = recorder.errors;
    context = storeContext(":memory:", recorder.logger);
    store = new SqliteQueueStore(context);
    await store.commit([
      writeOf(store.load(voron, 0), {
        armed: true,
        jobs: new Map([1, 2].map((n) => [jobId(n), aJob(n)])),
        copies: [aCopy(1), aCopy(2)],
        attempt: anAttempt(3),
        undecided: [anEndedAttempt(4, "failed", 10), anEndedAttempt(5, "unknown", 20)],
        plate: {
          state: "clear",
          revision: 1,
          at: 1,
          by: { kind: "board", name: "test" },
          reason: "said so",
        },
      }),
    ]);
  });
  afterEach(() => context.database.close());

  const damage = (sql: string) => context.database.exec(sql);
  const quarantined = () =>
    context.database.select(
      z.object({ source: z.string(), key: z.string() }),
      "SELECT source, key FROM quarantine ORDER BY number",
    );
  /** Loads as a start does; what was set aside is written when this returns. */
  function load() {
    const queue = store.load(voron, 99);
    context.writes.flush();
    return queue;
  }

  it("is set aside once, with the reason, and said in the log", () => {
    damage(`UPDATE copies SET body = '{"id":7}' WHERE id = '${copyId(1)}'`);
    expect(load().copies.map(({ id }) => id)).toEqual([copyId(2)]);
    expect(errors).toHaveLength(1);
    load();
    expect(errors).toHaveLength(1);
    const [row] = context.database.select(
      z.object({ source: z.string(), key: z.string(), reason: z.string(), row: z.string() }),
      "SELECT source, key, reason, row FROM quarantine",
    );
    expect(row).toMatchObject({ source: "copies", key: copyId(1) });
    expect(row?.reason).toContain("jobId");
    expect(JSON.parse(row?.row ?? "")).toEqual({ id: copyId(1), body: '{"id":7}' });
  });

  it("leaves a queue that can be written on", async () => {
    damage(`UPDATE copies SET body = 'no json' WHERE id = '${copyId(1)}'`);
    const queue = load();
    await store.commit([writeOf(queue, { copies: [...queue.copies, aCopy(9)] })]);
    expect(load().copies.map(({ id }) => id)).toEqual([copyId(2), copyId(9)]);
  });

  it("keeps the copies of a damaged job, under a held job that says so", () => {
    damage(`UPDATE jobs SET body = '[]' WHERE id = '${jobId(1)}'`);
    const queue = load();
    expect(queue.copies).toHaveLength(2);
    expect(queue.jobs.get(jobId(1))).toMatchObject({
      filename: "part 1.gcode",
      wanted: 1,
      done: 0,
    });
    expect(queue.jobs.get(jobId(1))?.hold).toContain("damaged");
    expect(load()).toEqual(queue);
  });

  it("makes the plate unknown when the plate is damaged, with a revision nobody has seen", () => {
    damage("UPDATE queues SET plate = '{}'");
    const queue = load();
    expect(queue.plate).toMatchObject({ state: "unknown", revision: 2 });
    expect(load()).toEqual(queue);
    expect(errors).toHaveLength(1);
  });

  it("disarms the queue and doubts the plate when the attempt under way is damaged", () => {
    damage(`UPDATE attempts SET body = '' WHERE id = '${attemptId(3)}'`);
    const queue = load();
    expect(queue).toMatchObject({ armed: false, attempt: null, plate: { state: "unknown" } });
    expect(load()).toEqual(queue);
  });

  it("does not take the other undecided attempts with it", () => {
    damage(`UPDATE attempts SET body = '' WHERE id = '${attemptId(4)}'`);
    const queue = load();
    expect(queue.undecided.map(({ id }) => id)).toEqual([attemptId(5)]);
    expect(queue.armed).toBe(true);
  });

  it("does not stop the history, the printers, the settings or the library", async () => {
    const printers = new SqlitePrinterStore(context);
    const settings = new SqliteSettingsStore(context);
    const library = new SqliteLibraryIndex(context);
    await settings.set("a", 1);
    damage(`
      INSERT INTO printers VALUES ('prusa', 1, '{"id":"prusa"}');
      UPDATE settings SET value = '{';
      INSERT INTO contents VALUES ('not a hash', 1, 1, NULL, 0);
      INSERT INTO files VALUES ('voron', 'a', 'a', 'not a hash', 1, 1);
      UPDATE attempts SET body = '' WHERE id = '${attemptId(4)}';
    `);
    const read = () => ({
      history: new SqliteHistoryStore(context).list({}, 10).attempts.map(({ id }) => id),
      printers: printers.list(),
      setting: settings.get("a"),
      files: library.files(),
      contents: library.contents(),
    });
    const good = {
      history: [attemptId(5)],
      printers: [],
      setting: undefined,
      files: [],
      contents: [],
    };
    expect(read()).toEqual(good);
    context.writes.flush();
    expect(quarantined().map(({ source }) => source)).toEqual([
      "attempts",
      "printers",
      "settings",
      "files",
      "contents",
    ]);
    expect(read()).toEqual(good);
    context.writes.flush();
    expect(quarantined()).toHaveLength(5);
  });

  it("stays where it is when it cannot be set aside, and the load goes on", () => {
    damage(`UPDATE copies SET body = '' WHERE id = '${copyId(1)}'`);
    damage("DROP TABLE quarantine");
    expect(load().copies).toHaveLength(1);
    expect(load().copies).toHaveLength(1);
  });
});
