import { copyFile, mkdir, mkdtemp, open, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { StagedManifests } from "../../../electron/host/library/stagedManifest.ts";
import { openStore, type Store } from "../../../electron/host/store/openStore.ts";
import {
  aCopy,
  aJob,
  anAttempt,
  anEndedAttempt,
  entry,
  voron,
  writeOf,
} from "../../support/storedRecords.ts";

const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const COMMITS = 6;

/**
 * A power cut keeps some prefix of what was written to the write-ahead log, and the last sector of it may be
 * anything. Each acknowledged write was synced, so all of it lies before the cut; what lies behind may be
 * missing or torn.
 */
describe("A write-ahead log cut by a power failure", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "nextplate-wal-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const at = (name: string): string => join(dir, name);
  const openIn = (folder: string): Promise<Store> =>
    openStore({ dir: folder, clock: systemClock, logger: silentLogger });

  /** A store with one commit after another, each a queue whole in itself; the log's size after each. */
  async function written(folder: string): Promise<{ base: number; sizes: readonly number[] }> {
    const store = await openIn(folder);
    const wal = join(folder, "nextplate.db-wal");
    const size = async (): Promise<number> => (await readFile(wal)).length;
    let queue = store.queues.load(voron, 0);
    const base = await size();
    const sizes: number[] = [];
    for (let n = 1; n <= COMMITS; n++) {
      const open = n % 2 === 1 ? anAttempt(n) : null;
      const ended = queue.attempt === null ? [] : [anEndedAttempt(n - 1, "finished", 9_000 + n)];
      const write = writeOf(
        queue,
        {
          jobs: new Map([...queue.jobs, [aJob(n).id, aJob(n)]]),
          copies: [...queue.copies, aCopy(n)],
          attempt: open,
        },
        { ended, journal: [entry("step", { n })] },
      );
      await store.queues.commit([write]);
      queue = write.after;
      sizes.push(await size());
    }
    // The files as they lie there now: no close, no checkpoint.
    for (const name of ["nextplate.db", "nextplate.db-wal"]) {
      await copyFile(join(folder, name), at(`saved-${name}`));
    }
    await store.close();
    return { base, sizes };
  }

  async function pageSize(): Promise<number> {
    const header = (await readFile(at("saved-nextplate.db-wal"))).subarray(0, WAL_HEADER);
    return header.readUInt32BE(8);
  }

  /** What a host finds after a cut at `length` bytes, with the last `torn` of them spoilt. */
  async function reopen(n: number, length: number, torn: number): Promise<string> {
    const folder = at(`cut-${n}`);
    await mkdir(folder);
    for (const name of ["nextplate.db", "nextplate.db-wal"]) {
      await copyFile(at(`saved-${name}`), join(folder, name));
    }
    const wal = join(folder, "nextplate.db-wal");
    await truncate(wal, length);
    if (torn > 0) {
      const file = await open(wal, "r+");
      await file.write(Buffer.alloc(torn, 0x5a), 0, torn, length - torn);
      await file.close();
    }
    const store = await openIn(folder);
    const queue = store.queues.load(voron, 0);
    const { attempts } = store.history.list({ printer: voron }, 100);
    const journal = store.history.journal(voron, 100).length;
    const facts = {
      rung: store.rung,
      notice: store.notice,
      revision: queue.revision,
      copies: queue.copies.length,
      jobs: queue.jobs.size,
      open: queue.attempt === null ? 0 : 1,
      ended: attempts.length,
      journal,
    };
    await store.close();
    await rm(folder, { recursive: true });
    return JSON.stringify(facts);
  }

  /** The queue as commit `revision` left it: every number follows from it. */
  function whole(revision: number): string {
    return JSON.stringify({
      rung: "normal",
      notice: null,
      revision,
      copies: revision,
      jobs: revision,
      open: revision % 2,
      ended: Math.floor(revision / 2),
      journal: revision,
    });
  }

  it("at every frame, in the middle of every frame, and with a torn tail: what was acknowledged is whole, nothing is half", async () => {
    const { base, sizes } = await written(at("origin"));
    const frame = FRAME_HEADER + (await pageSize());
    const end = sizes.at(-1) ?? 0;
    const broken: string[] = [];
    let cuts = 0;
    for (let length = base; length <= end; length += frame) {
      for (const [extra, torn] of [
        [0, 0],
        [frame / 2, 0],
        [frame, 512],
      ] as const) {
        const cut = Math.min(Math.floor(length + extra), end);
        // A torn tail spoils the frame it lies in, so only what ended before that frame counts.
        const intact = torn > 0 ? cut - frame : cut;
        const acknowledged = sizes.filter((size) => size <= intact).length;
        const found = await reopen(cuts++, cut, torn);
        if (found !== whole(acknowledged)) broken.push(`cut at ${cut} of ${end}: ${found}`);
      }
    }
    expect(broken).toEqual([]);
    expect(cuts).toBeGreaterThan(3 * COMMITS);
  }, 60_000);

  it("leaves the staging manifest whole, with every file that was acknowledged as brought there", async () => {
    const folder = at("origin");
    const store = await openIn(folder);
    const wal = join(folder, "nextplate.db-wal");
    const manifests = new StagedManifests(store.settings);
    const base = (await readFile(wal)).length;
    const sizes: number[] = [];
    for (let n = 1; n <= COMMITS; n++) {
      const file = { path: `nextplate/0000000${n}/part.gcode`, size: n, modified: n };
      await manifests.used(voron, aCopy(n).contentHash, file, n);
      sizes.push((await readFile(wal)).length);
    }
    for (const name of ["nextplate.db", "nextplate.db-wal"]) {
      await copyFile(join(folder, name), at(`saved-${name}`));
    }
    await store.close();
    const frame = FRAME_HEADER + (await pageSize());
    for (let length = base; length <= (sizes.at(-1) ?? 0); length += frame / 2) {
      const cut = at(`manifest-${length}`);
      await mkdir(cut);
      await copyFile(at("saved-nextplate.db"), join(cut, "nextplate.db"));
      await copyFile(at("saved-nextplate.db-wal"), join(cut, "nextplate.db-wal"));
      await truncate(join(cut, "nextplate.db-wal"), length);
      const found = await openIn(cut);
      const { files } = new StagedManifests(found.settings).read(voron);
      await found.close();
      const acknowledged = sizes.filter((size) => size <= length).length;
      expect(Object.values(files).map(({ size }) => size)).toEqual(
        Array.from({ length: acknowledged }, (_, index) => index + 1),
      );
    }
  }, 60_000);
});
