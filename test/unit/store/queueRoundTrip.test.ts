import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredQueue } from "../../../electron/host/store/queueStore.ts";
import { SqliteQueueStore } from "../../../electron/host/store/sqliteQueueStore.ts";
import { SqliteHistoryStore } from "../../../electron/host/store/sqliteHistoryStore.ts";
import {
  aCopy,
  aJob,
  anAttempt,
  anEndedAttempt,
  entry,
  voron,
  writeOf,
} from "../../support/storedRecords.ts";
import { countRows, storeContext } from "../../support/storeContext.ts";

const small = fc.integer({ min: 0, max: 12 });
const text = fc.string({ unit: "binary", maxLength: 20 });

/** A state of a queue in a small world of ids, so that records come, change, move and go. */
const state = fc.record({
  armed: fc.boolean(),
  pauseRequested: fc.boolean(),
  jobs: fc.dictionary(fc.constantFrom("1", "2", "3", "4"), text),
  copies: fc.uniqueArray(
    fc.record({ n: small, order: fc.double({ noNaN: true, min: -1e9, max: 1e9 }) }),
    {
      selector: ({ n }) => n,
      maxLength: 8,
    },
  ),
  attempt: fc.option(fc.record({ n: fc.integer({ min: 20, max: 23 }), message: fc.option(text) })),
  undecided: fc.uniqueArray(fc.integer({ min: 24, max: 29 }), { maxLength: 4 }),
  plate: fc.record({
    state: fc.constantFrom("clear", "occupied", "unknown", "clearing"),
    reason: text,
  }),
});

type State = typeof state extends fc.Arbitrary<infer T> ? T : never;

/** The next model, keeping records that have not changed, as the engine does. */
function nextModel(before: StoredQueue, to: State): Partial<StoredQueue> {
  const kept = new Map(before.copies.map((copy) => [copy.id, copy]));
  const jobs = Object.entries(to.jobs).map(([n, note]) => aJob(Number(n), { note }));
  const undecided = new Map(before.undecided.map((attempt) => [attempt.id, attempt]));
  return {
    armed: to.armed,
    pauseRequested: to.pauseRequested,
    jobs: new Map([
      ...jobs.map((job) => [job.id, job] as const),
      // Every copy has its job; a copy without one is a damaged store, tested elsewhere.
      ...to.copies.map(({ n }) => [aJob(100 + n).id, aJob(100 + n)] as const),
    ]),
    copies: to.copies
      .map(({ n, order }) => {
        const copy = aCopy(n, { order: order + 0, jobId: aJob(100 + n).id });
        const old = kept.get(copy.id);
        return old !== undefined && old.order === copy.order ? old : copy;
      })
      .toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)),
    attempt: to.attempt === null ? null : anAttempt(to.attempt.n, { message: to.attempt.message }),
    undecided: to.undecided.map((n) => {
      const attempt = anEndedAttempt(n, "failed", n);
      return undecided.get(attempt.id) ?? attempt;
    }),
    plate: { ...before.plate, ...to.plate, revision: before.plate.revision + 1 },
  };
}

describe("SqliteQueueStore", () => {
  it("loads, after any writes, what the last one left in memory", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: 8 }), async (states) => {
        const context = storeContext();
        const store = new SqliteQueueStore(context);
        let model = store.load(voron, 0);
        for (const to of states) {
          const ended =
            model.attempt === null ? [] : [{ ...model.attempt, state: "finished" as const }];
          const write = writeOf(model, nextModel(model, to), {
            ended,
            journal: [entry("changed")],
          });
          await store.commit([write]);
          model = write.after;
          expect(store.load(voron, 1)).toEqual(model);
        }
        expect(new SqliteHistoryStore(context).journal(voron, 100)).toHaveLength(states.length);
        expect(countRows(context.database, "quarantine")).toBe(0);
        context.database.close();
      }),
      { numRuns: 60 },
    );
  });
});
