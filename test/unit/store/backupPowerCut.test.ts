import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { writeBackup } from "../../../electron/host/store/backup.ts";
import { openStore, type Store } from "../../../electron/host/store/openStore.ts";
import { nodeStoreFiles, type StoreFiles } from "../../../electron/host/store/storeFiles.ts";
import { PowerCutFolder } from "../../support/powerCutFolder.ts";
import type { Survivors } from "../../support/powerCutDisk.ts";
import { aCopy, aJob, voron, writeOf } from "../../support/storedRecords.ts";

const SURVIVORS: readonly Survivors[] = ["synced only", "names too", "everything"];

describe("a power cut", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "nextplate-backup-cut-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const openIn = (folder: string, files: StoreFiles = nodeStoreFiles): Promise<Store> =>
    openStore({ dir: folder, clock: systemClock, logger: silentLogger, files });

  /** Puts copy `n` into an armed queue with a clear plate. */
  async function addCopy(store: Store, n: number): Promise<void> {
    const queue = store.queues.load(voron, 0);
    const write = writeOf(queue, {
      armed: true,
      jobs: new Map([...queue.jobs, [aJob(n).id, aJob(n)]]),
      copies: [...queue.copies, aCopy(n)],
      plate: { ...queue.plate, state: "clear" },
    });
    await store.queues.commit([write]);
  }

  /** A folder with `copies` in the store and one in the backup. */
  async function folderWith(copies: number): Promise<string> {
    const folder = join(dir, "origin");
    const store = await openIn(folder);
    await addCopy(store, 1);
    await store.backups?.create();
    for (let n = 2; n <= copies; n++) await addCopy(store, n);
    // As it lies there now, with its log: no clean close, which would make a backup of its own.
    await cp(folder, join(dir, "saved"), { recursive: true });
    await store.close();
    await rm(join(dir, "saved", "nextplate.lock"), { force: true });
    return join(dir, "saved");
  }

  /** What a host finds that opens the folder. */
  async function found(folder: string) {
    const store = await openIn(folder);
    const { copies, armed, plate } = store.queues.load(voron, 0);
    const { rung } = store;
    await store.close();
    return { rung, copies: copies.length, trusted: armed || plate.state === "clear" };
  }

  /** Runs `act` on a copy of a folder with the power cut at every operation, and looks at what is left. */
  async function cutEverywhere(
    origin: string,
    act: (folder: string, files: StoreFiles) => Promise<void>,
    look: (left: string, done: boolean) => Promise<void>,
  ): Promise<number> {
    for (let cutAfter = 0; ; cutAfter++) {
      let done = false;
      for (const survivors of SURVIVORS) {
        const folder = join(dir, "live");
        await cp(origin, folder, { recursive: true });
        const files = await PowerCutFolder.open(folder, cutAfter);
        await act(folder, files).catch(() => undefined);
        done = !files.isCut;
        const left = join(dir, "left");
        await files.afterPowerCut(left, survivors);
        await look(left, done);
        await rm(folder, { recursive: true });
        await rm(left, { recursive: true });
      }
      if (done) return cutAfter;
    }
  }

  it("while a backup is made leaves the store whole, and the last good backup or the new one", async () => {
    const origin = await folderWith(2);
    const steps = await cutEverywhere(
      origin,
      async (folder, files) => {
        const [db, backup] = ["nextplate.db", "nextplate.backup.db"].map((n) => join(folder, n));
        await writeBackup(files, db ?? "", backup ?? "");
      },
      async (left, done) => {
        expect(await found(left)).toEqual({ rung: "normal", copies: 2, trusted: true });
        for (const name of ["nextplate.db", "nextplate.db-wal"]) {
          await rm(join(left, name), { force: true });
        }
        const restored = await found(left);
        expect(restored).toMatchObject({ rung: "backup", trusted: false });
        expect(done ? [2] : [1, 2]).toContain(restored.copies);
      },
    );
    expect(steps).toBeGreaterThan(5);
  });

  it("while a damaged store is replaced by its backup loses neither the backup nor the warning", async () => {
    const origin = await folderWith(1);
    await writeFile(join(origin, "nextplate.db"), "not a database at all ".repeat(300));
    await rm(join(origin, "nextplate.db-wal"), { force: true });
    const steps = await cutEverywhere(
      origin,
      async (folder, files) => {
        const store = await openIn(folder, files);
        await store.close();
      },
      async (left) => {
        const { copies, trusted } = await found(left);
        expect({ copies, trusted }).toEqual({ copies: 1, trusted: false });
      },
    );
    expect(steps).toBeGreaterThan(5);
  });

  it("while a chosen backup is put in place leaves the store of before or the backup, which no queue trusts", async () => {
    const origin = await folderWith(2);
    await cp(join(origin, "nextplate.backup.db"), join(origin, "nextplate.restore.db"));
    const steps = await cutEverywhere(
      origin,
      async (folder, files) => {
        const store = await openIn(folder, files);
        await store.close();
      },
      async (left) => {
        const { copies, trusted } = await found(left);
        expect({ copies, trusted }).toEqual({ copies: 1, trusted: false });
      },
    );
    expect(steps).toBeGreaterThan(3);
  });
});
