import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { openStore } from "../../../electron/host/store/openStore.ts";
import { startStoreChild, type StoreChild } from "../../support/storeChild.ts";
import { voron } from "../../support/storedRecords.ts";

describe("A store whose process is killed", () => {
  let dir: string;
  let child: StoreChild | undefined;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "nextplate-crash-"));
  });
  afterEach(async () => {
    await child?.kill();
    await rm(dir, { recursive: true });
  });
  const open = () => openStore({ dir, clock: systemClock, logger: silentLogger });

  it("has every acknowledged write, whole, each time it is killed in the middle of commits", async () => {
    for (let round = 1; round <= 3; round++) {
      child = startStoreChild(dir);
      await child.reach(15);
      await child.kill();
      const last = child.acknowledged().at(-1) ?? 0;
      const store = await open();
      const queue = store.queues.load(voron, 0);
      // The one commit under way may have been made just before the kill.
      expect([last, last + 1]).toContain(queue.revision);
      expect(queue.copies).toHaveLength(queue.revision);
      expect(queue.jobs.size).toBe(queue.revision);
      expect(store.history.journal(voron, 1000)).toHaveLength(queue.revision);
      expect(store.notice).toBeNull();
      await store.close();
    }
  });

  it("holds its folder against a second process, and frees it by dying", async () => {
    child = startStoreChild(dir);
    await child.reach(1);
    await expect(open()).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`${dir} is in use by another Nextplate`),
    });
    await child.kill();
    const store = await open();
    expect(store.rung).toBe("normal");
    await store.close();
  });
});
