import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import type { Backups } from "../../../electron/host/store/backups.ts";
import { openStore, type Store } from "../../../electron/host/store/openStore.ts";
import { aCopy, aJob, voron, writeOf } from "../../support/storedRecords.ts";

describe("a backup on demand", () => {
  let dir: string;
  let store: Store;
  let backups: Backups;

  async function open(): Promise<void> {
    store = await openStore({ dir, clock: systemClock, logger: silentLogger });
    if (store.backups === null) throw new Error("nothing is stored");
    backups = store.backups;
  }
  async function reopen(): Promise<void> {
    await store.close();
    await open();
  }
  /** Puts copy `n` into the queue, armed, on a clear plate. */
  async function addCopy(n: number): Promise<void> {
    const queue = store.queues.load(voron, 0);
    const { plate, copies, jobs } = queue;
    const write = writeOf(queue, {
      armed: true,
      jobs: new Map([...jobs, [aJob(n).id, aJob(n)]]),
      copies: [...copies, aCopy(n)],
      plate: { ...plate, state: "clear" },
    });
    await store.queues.commit([write]);
  }
  const queue = () => store.queues.load(voron, 0);

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "nextplate-restore-"));
    await open();
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  it("is there at once, and tells where it lies", async () => {
    expect(await backups.last()).toBeNull();
    await addCopy(1);
    const made = await backups.create();
    expect(made.path).toBe(join(dir, "nextplate.backup.db"));
    expect(made.size).toBeGreaterThan(0);
    expect(await backups.last()).toEqual(made);
  });

  it("comes back at the next start, trusted by no queue, and what it replaces is kept", async () => {
    await addCopy(1);
    await backups.create();
    await addCopy(2);
    await backups.requestRestore(true);
    expect(backups.restorePending).toBe(true);
    await reopen();
    expect(queue().copies).toHaveLength(1);
    expect(queue()).toMatchObject({ armed: false, plate: { state: "unknown" } });
    expect(store.notice).toContain("backup was restored");
    expect(backups.restorePending).toBe(false);
    expect(readdirSync(dir).filter((name) => name.endsWith(".replaced"))).toHaveLength(1);
    await reopen();
    expect(store.notice).toBeNull();
    expect(queue().copies).toHaveLength(1);
  });

  it("stays away when it was taken back, or when there is none", async () => {
    await expect(backups.requestRestore(true)).rejects.toThrow(/no backup yet/);
    await addCopy(1);
    await backups.create();
    await addCopy(2);
    await backups.requestRestore(true);
    await backups.requestRestore(false);
    await reopen();
    expect(queue().copies).toHaveLength(2);
  });

  it("costs nothing when it turns out to be unreadable", async () => {
    await addCopy(1);
    await backups.create();
    await backups.requestRestore(true);
    await store.close();
    await writeFile(join(dir, "nextplate.restore.db"), "not a database at all".repeat(300));
    await open();
    expect(queue().copies).toHaveLength(1);
    expect(queue().armed).toBe(true);
    expect(backups.restorePending).toBe(false);
  });
});
