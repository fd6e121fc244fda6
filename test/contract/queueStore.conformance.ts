import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { QueueStore, StoredQueue } from "../../electron/host/store/queueStore.ts";
import {
  aCopy,
  aJob,
  anAttempt,
  anEndedAttempt,
  attemptId,
  contentOf,
  copyId,
  jobId,
  entry,
  prusa,
  voron,
  writeOf,
} from "../support/storedRecords.ts";

/** A store under test. `reopen` is a restart of the program on the same data. */
export interface QueueStoreUnderTest {
  readonly store: QueueStore;
  reopen(): Promise<QueueStore>;
  dispose(): Promise<void>;
}

/** What every QueueStore promises, whatever it is made of. */
export function queueStoreConformance(
  name: string,
  open: () => Promise<QueueStoreUnderTest>,
): void {
  describe(`${name} keeps queues`, () => {
    let subject: QueueStoreUnderTest;
    let store: QueueStore;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.dispose());

    /** Commits one change and returns the queue as it is then in memory. */
    async function change(
      before: StoredQueue,
      to: Partial<StoredQueue>,
      rest: Parameters<typeof writeOf>[2] = {},
    ): Promise<StoredQueue> {
      const write = writeOf(before, to, rest);
      await store.commit([write]);
      return write.after;
    }

    it("tells the newest journal entries of the kinds asked for, of that printer", async () => {
      const journal = [entry("moved", { n: 1 }), entry("plate_set"), entry("moved", { n: 2 })];
      const queue = await change(store.load(voron, 0), { armed: true }, { journal });
      await change(queue, { armed: false }, { journal: [entry("held", { n: 3 })] });
      await change(store.load(prusa, 0), { armed: true }, { journal: [entry("moved", { n: 4 })] });
      const reopened = await subject.reopen();
      const told = reopened.journalOf(voron, ["moved", "held"], 2);
      expect(told.map(({ kind, data }) => [kind, data["n"]])).toEqual([
        ["held", 3],
        ["moved", 2],
      ]);
    });

    it("keeps what an engine remembers", async () => {
      const unperformed = [anEndedAttempt(7, "failed", 9_000)];
      const uncounted = { attempt: anEndedAttempt(8, "finished", 9_500), plate: 4 };
      const memory = { unperformed, failures: 2, uncounted, relocated: true };
      await change(store.load(voron, 0), { memory });
      expect((await subject.reopen()).load(voron, 0).memory).toEqual(memory);
    });

    it("moves a copy from one queue to another in one commit, with its id", async () => {
      const left = await change(store.load(voron, 0), {
        jobs: new Map([[jobId(1), aJob(1)]]),
        copies: [aCopy(1)],
      });
      const right = store.load(prusa, 0);
      const job = aJob(2, { printerId: prusa });
      const copy = aCopy(1, { printerId: prusa, jobId: job.id });
      await store.commit([
        writeOf(left, { jobs: new Map(), copies: [] }),
        writeOf(right, { jobs: new Map([[job.id, job]]), copies: [copy] }),
      ]);
      const reopened = await subject.reopen();
      expect(reopened.load(voron, 0).copies).toEqual([]);
      expect(reopened.load(prusa, 0).copies).toEqual([copy]);
    });

    it("gives a new printer an empty queue that is not armed, with the plate unknown", () => {
      const queue = store.load(voron, 77);
      expect(queue).toMatchObject({
        printer: voron,
        revision: 0,
        armed: false,
        pauseRequested: false,
        copies: [],
        attempt: null,
        undecided: [],
        lastSeen: null,
        plate: { state: "unknown", revision: 0, at: 77 },
      });
      expect(queue.jobs.size).toBe(0);
    });

    it("brings everything back after a restart", async () => {
      const queue = await change(store.load(voron, 1), {
        armed: true,
        pauseRequested: true,
        jobs: new Map([1, 2].map((n) => [aJob(n).id, aJob(n, { hold: n === 2 ? "ask" : null })])),
        copies: [aCopy(1, { order: -0.5 }), aCopy(2)],
        attempt: anAttempt(3, {
          state: "starting",
          baseline: {
            klippyProcess: "17:4",
            historyJobId: null,
            historyStartTime: null,
            filename: "",
            state: "standby",
            totalDuration: 0.125,
            at: 9,
          },
          startSentAt: 10,
        }),
        undecided: [anEndedAttempt(5, "failed", 99), anEndedAttempt(4, "unknown", 100)],
        plate: {
          state: "occupied",
          revision: 3,
          at: 12,
          by: { kind: "printer", name: "voron" },
          reason: "a print \u{1F5A8} started",
        },
        lastSeen: {
          historyJobId: "00001A",
          historyStartTime: null,
          klippyProcess: null,
          filename: "ä.gcode",
          state: "printing",
          totalDuration: 3.5,
          printTime: 12.5,
        },
      });
      const reopened = await subject.reopen();
      expect(reopened.load(voron, 500)).toEqual(queue);
      expect([...reopened.load(voron, 500).jobs.keys()]).toEqual([...queue.jobs.keys()]);
    });

    it("keeps the queues of printers apart", async () => {
      await change(store.load(voron, 1), { armed: true, copies: [aCopy(1)] });
      expect(store.load(prusa, 1).copies).toEqual([]);
      expect(store.load(prusa, 1).armed).toBe(false);
    });

    it("returns copies in their order and follows moves and removals", async () => {
      const jobs = new Map([1, 2, 3].map((n) => [aJob(n).id, aJob(n)]));
      let queue = await change(store.load(voron, 1), {
        jobs,
        copies: [aCopy(1), aCopy(2), aCopy(3)],
      });
      queue = await change(queue, {
        copies: [aCopy(3, { order: 0.5 }), ...queue.copies.slice(0, 2)],
      });
      queue = await change(queue, {
        copies: queue.copies.filter(({ id }) => id !== copyId(1)),
        jobs: new Map([...queue.jobs].filter(([, job]) => job.filename !== "part 1.gcode")),
      });
      const loaded = (await subject.reopen()).load(voron, 1);
      expect(loaded.copies.map(({ id }) => id)).toEqual([copyId(3), copyId(2)]);
      expect(loaded).toEqual(queue);
    });

    it("moves an attempt from open to undecided to history", async () => {
      const open = anAttempt(1);
      let queue = await change(store.load(voron, 1), { attempt: open });
      const failed = anEndedAttempt(1, "failed", 9);
      queue = await change(queue, { attempt: null, undecided: [failed] });
      expect(store.load(voron, 1).undecided).toEqual([failed]);
      await change(queue, { undecided: [] }, { ended: [{ ...failed, decision: "retry" }] });
      const loaded = store.load(voron, 1);
      expect(loaded.undecided).toEqual([]);
      expect(loaded.attempt).toBeNull();
    });

    it("takes the end of one attempt and the start of the next in one write", async () => {
      const queue = await change(store.load(voron, 1), { attempt: anAttempt(1) });
      const next = anAttempt(2);
      await change(queue, { attempt: next }, { ended: [anEndedAttempt(1, "finished", 9)] });
      expect(store.load(voron, 1).attempt).toEqual(next);
    });

    it("commits writes of several queues all or none", async () => {
      const before = store.load(voron, 1);
      await change(before, { armed: true });
      const good = writeOf(store.load(prusa, 1), { armed: true });
      const outdated = writeOf(before, { copies: [aCopy(1)] });
      await expect(store.commit([good, outdated])).rejects.toThrow("Lost update");
      expect(store.load(prusa, 1).armed).toBe(false);
      expect(store.load(voron, 1).copies).toEqual([]);
    });

    it("fails a bad commit alone when others are made in the same turn", async () => {
      const before = store.load(voron, 1);
      const results = await Promise.allSettled([
        store.commit([writeOf(before, { armed: true })]),
        store.commit([writeOf(before, { armed: false })]),
        store.commit([writeOf(store.load(prusa, 1), { armed: true })]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(store.load(voron, 1).armed).toBe(true);
      expect(store.load(prusa, 1).armed).toBe(true);
    });

    it("never gives an id back, also not of what was removed", async () => {
      expect(store.highestId()).toBeUndefined();
      const queue = await change(store.load(voron, 1), {
        jobs: new Map([[aJob(1).id, aJob(1)]]),
        copies: [aCopy(9)],
        attempt: anAttempt(3),
      });
      await change(queue, { copies: [], jobs: new Map(), attempt: null });
      await store.forget(voron);
      expect((await subject.reopen()).highestId()).toBe(attemptId(3));
    });

    it("names the contents that copies and open or undecided attempts need, and no others", async () => {
      const queue = await change(store.load(voron, 1), {
        copies: [aCopy(1)],
        attempt: anAttempt(2),
        undecided: [anEndedAttempt(3, "failed", 9)],
      });
      expect(store.contentsInUse()).toEqual(new Set([1, 2, 3].map(contentOf)));
      await change(
        queue,
        { attempt: null, copies: [] },
        { ended: [anEndedAttempt(2, "finished", 9)] },
      );
      expect(store.contentsInUse()).toEqual(new Set([contentOf(3)]));
    });

    it("forgets a removed printer's queue and leaves the others", async () => {
      await change(store.load(voron, 1), {
        armed: true,
        copies: [aCopy(1)],
        attempt: anAttempt(1),
      });
      const other = await change(store.load(prusa, 1), { armed: true });
      await store.forget(voron);
      expect(store.load(voron, 8)).toMatchObject({ revision: 0, copies: [], attempt: null });
      expect(store.load(prusa, 1)).toEqual(other);
    });

    it("leaves what was loaded before as it was", async () => {
      const before = store.load(voron, 1);
      await change(before, { armed: true, copies: [aCopy(1)] });
      expect(before.copies).toEqual([]);
      expect(before.armed).toBe(false);
    });

    it("takes journal entries with a write", async () => {
      const write = writeOf(store.load(voron, 1), {}, { journal: [entry("armed", { n: 1 })] });
      await expect(store.commit([write])).resolves.toBeUndefined();
      expect(store.load(voron, 1).revision).toBe(1);
    });
  });
}
