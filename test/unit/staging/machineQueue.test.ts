import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MachineQueue, TRANSFER_SPACING } from "../../../electron/host/library/machineQueue.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { sleep } from "#shared/util/clock.ts";
import { ManualClock } from "../../support/manualClock.ts";

const never = new AbortController().signal;

/** What a promise rejects with; "" when it does not. Listens at once, so that nothing is unhandled. */
function messageFrom(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "",
    (error: unknown) => messageOf(error),
  );
}

interface Seen {
  readonly machine: string;
  readonly from: number;
  to: number;
}

/** A queue and a way to send transfers of known length through it. */
function setUp(): {
  clock: ManualClock;
  seen: Seen[];
  send: (machine: string, duration: number, signal?: AbortSignal, fail?: boolean) => Promise<void>;
} {
  const clock = new ManualClock();
  const queue = new MachineQueue(clock);
  const seen: Seen[] = [];
  return {
    clock,
    seen,
    send: (machine, duration, signal = never, fail = false) =>
      queue.run(machine, signal, async () => {
        const entry: Seen = { machine, from: clock.monotonic(), to: Number.POSITIVE_INFINITY };
        seen.push(entry);
        await sleep(clock, duration);
        entry.to = clock.monotonic();
        if (fail) throw new Error("transfer failed");
      }),
  };
}

describe("MachineQueue", () => {
  it("starts transfers to one machine 1.2 s apart, and another machine's at once", async () => {
    const { clock, seen, send } = setUp();
    const all = Promise.all([send("pi", 100), send("pi", 100), send("desk", 100)]);
    await clock.advance(10_000);
    await all;
    expect(seen.map(({ machine, from }) => [machine, from])).toEqual([
      ["pi", 0],
      ["desk", 0],
      ["pi", TRANSFER_SPACING],
    ]);
  });

  it("lets a long transfer end before the next begins", async () => {
    const { clock, seen, send } = setUp();
    const all = Promise.all([send("pi", 5_000), send("pi", 100)]);
    await clock.advance(10_000);
    await all;
    expect(seen[1]?.from).toBe(5_000);
  });

  it("keeps its distance from the end of a failed transfer, and goes on", async () => {
    const { clock, seen, send } = setUp();
    const failed = messageFrom(send("pi", 3_000, never, true));
    const next = send("pi", 100);
    await clock.advance(10_000);
    expect(await failed).toBe("transfer failed");
    await next;
    expect(seen[1]?.from).toBe(3_000 + TRANSFER_SPACING);
  });

  it("lets go of one that is given up while it waits, and holds up nobody", async () => {
    const { clock, seen, send } = setUp();
    const abort = new AbortController();
    const running = send("pi", 5_000);
    const given = messageFrom(send("pi", 100, abort.signal));
    const last = send("pi", 100);
    await clock.advance(1_000);
    abort.abort();
    expect(await given).toBe("Cancelled");
    await clock.advance(10_000);
    await Promise.all([running, last]);
    expect(seen.map(({ from }) => from)).toEqual([0, 5_000]);
  });

  it("never overlaps, never starts two within 1.2 s, and runs all, whoever is given up", async () => {
    const job = fc.record({
      machine: fc.constantFrom("a", "b"),
      duration: fc.integer({ min: 0, max: 4_000 }),
      after: fc.integer({ min: 0, max: 2_000 }),
      fail: fc.boolean(),
      abortAfter: fc.option(fc.integer({ min: 0, max: 6_000 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 8 }), async (jobs) => {
        const { clock, seen, send } = setUp();
        const all: Promise<unknown>[] = [];
        for (const { machine, duration, after, fail, abortAfter } of jobs) {
          const abort = new AbortController();
          if (abortAfter !== null) clock.setTimer(abortAfter, () => abort.abort());
          all.push(send(machine, duration, abort.signal, fail).catch(() => {}));
          await clock.advance(after);
        }
        await clock.advance(100_000);
        await Promise.all(all);
        for (const machine of ["a", "b"]) {
          const mine = seen.filter((entry) => entry.machine === machine);
          mine.slice(1).forEach((entry, i) => {
            const before = mine[i];
            expect(entry.from).toBeGreaterThanOrEqual(before?.to ?? 0);
            expect(entry.from - (before?.from ?? 0)).toBeGreaterThanOrEqual(TRANSFER_SPACING);
          });
        }
        const kept = jobs.filter(({ abortAfter }) => abortAfter === null).length;
        expect(seen.length).toBeGreaterThanOrEqual(kept);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
