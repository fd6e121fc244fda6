import { existsSync, readdirSync } from "node:fs";
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { Database } from "../../../electron/host/store/database.ts";
import { openStore, type Store } from "../../../electron/host/store/openStore.ts";
import { aCopy, aJob, voron, writeOf } from "../../support/storedRecords.ts";

const versionOne = new URL("../../fixtures/store/v1.sql", import.meta.url);

describe("openStore", () => {
  let dir: string;
  let file: string;
  let backup: string;
  let timers: { readonly delay: number; readonly run: () => void }[];
  const opened: Store[] = [];

  const clock: Clock = {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    monotonic: () => 0,
    setTimer(delay, run) {
      const timer = { delay, run };
      timers.push(timer);
      return { dispose: () => void (timers = timers.filter((other) => other !== timer)) };
    },
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "nextplate-open-"));
    file = join(dir, "nextplate.db");
    backup = join(dir, "nextplate.backup.db");
    timers = [];
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await rm(dir, { recursive: true });
  });

  async function openHere(): Promise<Store> {
    const store = await openStore({ dir, clock, logger: silentLogger });
    opened.push(store);
    return store;
  }

  /** A closed store with one armed queue of `count` copies. */
  async function prepare(count = 3): Promise<void> {
    const store = await openHere();
    const numbers = Array.from({ length: count }, (_, n) => n + 1);
    const write = writeOf(store.queues.load(voron, 0), {
      armed: true,
      jobs: new Map(numbers.map((n) => [aJob(n).id, aJob(n)])),
      copies: numbers.map((n) => aCopy(n)),
      plate: {
        state: "clear",
        revision: 7,
        at: 1,
        by: { kind: "board", name: "test" },
        reason: "said so",
      },
    });
    await store.queues.commit([write]);
    await store.close();
  }

  const leftovers = () => readdirSync(dir).filter((name) => name.includes(".corrupt"));

  /** Overwrites bytes in the middle of a closed file. */
  async function scribble(path: string, at: number, bytes: number): Promise<void> {
    const handle = await open(path, "r+");
    await handle.write(Buffer.alloc(bytes, 0xa5), 0, bytes, at);
    await handle.close();
  }

  it("starts a new folder without a notice and creates the folder", async () => {
    const nested = join(dir, "a", "b");
    const store = await openStore({ dir: nested, clock, logger: silentLogger });
    expect({ rung: store.rung, notice: store.notice }).toEqual({ rung: "normal", notice: null });
    await store.close();
    expect(readdirSync(nested).toSorted()).toEqual(["nextplate.db", "nextplate.lock"]);
  });

  it("leaves one whole file behind: no log, and a backup that is a store by itself", async () => {
    await prepare();
    expect(existsSync(`${file}-wal`)).toBe(false);
    await rm(file);
    await copyFile(backup, file);
    const store = await openHere();
    expect(store.rung).toBe("normal");
    expect(store.queues.load(voron, 0)).toMatchObject({ armed: true, plate: { state: "clear" } });
  });

  it.each([
    ["garbage", () => writeFile(file, Buffer.alloc(50_000, 7))],
    ["cut short", () => truncate(file, 5_000)],
    ["scribbled over in the middle", () => scribble(file, 8_192, 30_000)],
    ["gone", () => rm(file)],
  ])(
    "uses the last backup when the file is %s, and trusts nothing old in it",
    async (_, damage) => {
      await prepare();
      await damage();
      const store = await openHere();
      expect(store.rung).toBe("backup");
      expect(store.notice).toContain("check every queue and plate");
      const queue = store.queues.load(voron, 0);
      expect(queue.copies).toHaveLength(3);
      expect(queue).toMatchObject({ armed: false, plate: { state: "unknown" } });
      // A word on the plate that answers an announcement from before must not count.
      expect(queue.plate.revision).toBeGreaterThan(7);
      expect(queue.revision).toBeGreaterThan(1);
      await expect(store.settings.set("works", true)).resolves.toBeUndefined();
    },
  );

  it("keeps the damaged file aside under a name with the time", async () => {
    await prepare();
    const garbage = Buffer.alloc(50_000, 7);
    await writeFile(file, garbage);
    const store = await openHere();
    expect(leftovers()).toEqual(["nextplate.db.2026-01-02T03-04-05-000Z.corrupt"]);
    expect(store.notice).toContain(leftovers()[0]);
    expect(await readFile(join(dir, leftovers()[0] ?? ""))).toEqual(garbage);
  });

  it("does not go back to the backup again once it has recovered", async () => {
    await prepare();
    await truncate(file, 5_000);
    await (await openHere()).close();
    const store = await openHere();
    expect({ rung: store.rung, notice: store.notice }).toEqual({ rung: "normal", notice: null });
  });

  it("starts fresh when the backup is damaged too, and keeps both files", async () => {
    await prepare();
    await writeFile(file, "not a database, and longer than a hundred bytes ".repeat(9));
    await writeFile(backup, Buffer.alloc(9_000, 1));
    const store = await openHere();
    expect(store.rung).toBe("fresh");
    expect(store.notice).toContain("starts empty");
    expect(leftovers()).toHaveLength(2);
    expect(store.queues.load(voron, 0).copies).toEqual([]);
  });

  it("refuses the data of a newer program, leaves it alone and frees the folder", async () => {
    await prepare();
    const database = new Database(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    for (let i = 0; i < 2; i++) {
      await expect(openHere()).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringMatching(
          /newer Nextplate \(store version 99; this program reads up to \d+\)/,
        ),
      });
    }
    expect(leftovers()).toEqual([]);
  });

  it("keeps a backup of an older schema before it changes it", async () => {
    const database = new Database(file);
    database.exec(await readFile(versionOne, "utf8"));
    database.close();
    const store = await openHere();
    expect(store.queues.load(voron, 0).armed).toBe(true);
    const kept = new Database(backup, { readOnly: true });
    expect(kept.pragma("user_version")).toBe(1);
    kept.close();
  });

  it("refuses a folder it cannot write to", async () => {
    await writeFile(join(dir, "a-file"), "");
    const nowhere = openStore({ dir: join(dir, "a-file", "data"), clock, logger: silentLogger });
    await expect(nowhere).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("cannot be written"),
    });
  });

  it("refuses a folder that is open already in this process", async () => {
    await openHere();
    await expect(openHere()).rejects.toThrow("in use by another Nextplate");
  });

  it("works in memory, and says so, when the disk takes no file", async () => {
    await prepare();
    await writeFile(file, Buffer.alloc(50_000, 7));
    // What stands where the recovery must write cannot be replaced.
    await mkdir(`${file}.restoring`);
    const store = await openHere();
    expect(store.rung).toBe("memory");
    expect(store.notice).toContain("lost when the program ends");
    await store.settings.set("works", true);
    expect(store.settings.get("works")).toBe(true);
    await store.close();
    await rm(`${file}.restoring`, { recursive: true });
    expect((await openHere()).queues.load(voron, 0).copies).toHaveLength(3);
  });

  it("makes a backup every hour while it runs, and only when something changed", async () => {
    const store = await openHere();
    await store.settings.set("a", 1);
    const [timer] = timers;
    expect(timer?.delay).toBe(3_600_000);
    timer?.run();
    expect(timers.at(-1)).not.toBe(timer);
    await expect.poll(() => existsSync(backup)).toBe(true);
    await rm(backup);
    await store.close();
    expect(existsSync(backup)).toBe(false);
  });

  it("keeps the last good backup when a new one cannot be made", async () => {
    await prepare();
    const good = await readFile(backup);
    const store = await openHere();
    await store.settings.set("a", 1);
    await mkdir(`${backup}.new`);
    await store.close();
    expect(await readFile(backup)).toEqual(good);
  });

  it("stores what was asked for just before it was closed, and refuses later writes", async () => {
    const store = await openHere();
    const last = store.settings.set("a", 1);
    await store.close();
    await last;
    await expect(store.settings.set("b", 1)).rejects.toMatchObject({ code: "unavailable" });
    expect((await openHere()).settings.get("a")).toBe(1);
  });
});
