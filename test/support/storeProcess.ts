import { writeSync } from "node:fs";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { openStore } from "../../electron/host/store/openStore.ts";
import { aCopy, aJob, entry, voron, writeOf } from "./storedRecords.ts";

/**
 * Commits one write after another to the store in the folder it is given, each with one more copy, and
 * writes a revision to standard output only when its commit has been acknowledged.
 */
const dir = process.argv[2] ?? "";
const store = await openStore({ dir, clock: systemClock, logger: silentLogger });
let queue = store.queues.load(voron, 0);
for (let n = queue.revision + 1; ; n++) {
  const job = aJob(n);
  const write = writeOf(
    queue,
    { jobs: new Map([...queue.jobs, [job.id, job]]), copies: [...queue.copies, aCopy(n)] },
    { journal: [entry("copies_added", { n })] },
  );
  await store.queues.commit([write]);
  queue = write.after;
  // Straight to the pipe: what stays in a buffer of this process dies with it.
  writeSync(1, `${queue.revision}\n`);
}
