import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { GroupCommit } from "../../electron/host/store/groupCommit.ts";
import { migrate } from "../../electron/host/store/migrations/migrate.ts";
import { openDatabase } from "../../electron/host/store/openDatabase.ts";
import { openStore } from "../../electron/host/store/openStore.ts";
import { SqliteQueueStore } from "../../electron/host/store/sqliteQueueStore.ts";
import { FakeQueueStore } from "../support/fakeQueueStore.ts";
import { queueStoreConformance } from "./queueStore.conformance.ts";

queueStoreConformance("SQLite in a file", async () => {
  const dir = await mkdtemp(join(tmpdir(), "nextplate-store-"));
  const options = { dir, clock: systemClock, logger: silentLogger };
  let opened = await openStore(options);
  return {
    store: opened.queues,
    async reopen() {
      await opened.close();
      opened = await openStore(options);
      return opened.queues;
    },
    async dispose() {
      await opened.close();
      await rm(dir, { recursive: true });
    },
  };
});

queueStoreConformance("SQLite in memory", async () => {
  const database = openDatabase(":memory:");
  migrate(database);
  const writes = new GroupCommit(database);
  const context = { database, writes, clock: systemClock, logger: silentLogger };
  return {
    store: new SqliteQueueStore(context),
    reopen: async () => new SqliteQueueStore(context),
    async dispose() {
      writes.close();
      database.close();
    },
  };
});

queueStoreConformance("The fake of the tests", async () => {
  const store = new FakeQueueStore();
  return { store, reopen: async () => store, dispose: async () => {} };
});
