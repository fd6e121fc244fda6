import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffDelay } from "#shared/util/backoff.ts";
import { DisposableStore, toDisposable } from "#shared/util/disposable.ts";
import { Emitter } from "#shared/util/event.ts";
import { mergeStatus, type PrinterObjects } from "#shared/util/mergeStatus.ts";
import { Sequencer } from "#shared/util/sequencer.ts";

describe("Sequencer", () => {
  it("runs tasks one after another in the order they were queued", async () => {
    const sequencer = new Sequencer();
    const log: string[] = [];
    const slow = sequencer.run(async () => {
      log.push("slow begins");
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push("slow ends");
    });
    const quick = sequencer.run(() => log.push("quick"));
    expect(sequencer.length).toBe(2);
    await Promise.all([slow, quick]);
    expect(log).toEqual(["slow begins", "slow ends", "quick"]);
    expect(sequencer.length).toBe(0);
  });

  it("goes on after a task that failed", async () => {
    const sequencer = new Sequencer();
    const failed = sequencer.run(() => Promise.reject(new Error("disk full")));
    const next = sequencer.run(() => "done");
    await expect(failed).rejects.toThrow("disk full");
    await expect(next).resolves.toBe("done");
  });
});

describe("Emitter", () => {
  it("tells all listeners, also when one of them throws", () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<number>((error) => errors.push(error));
    const heard: number[] = [];
    emitter.event(() => {
      throw new Error("bad listener");
    });
    emitter.event((value) => heard.push(value));
    emitter.fire(7);
    expect(heard).toEqual([7]);
    expect(errors).toHaveLength(1);
  });

  it("counts the same function subscribed twice as two subscriptions", () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    const listener = (): void => void calls++;
    const first = emitter.event(listener);
    emitter.event(listener);
    first.dispose();
    first.dispose();
    emitter.fire();
    expect(calls).toBe(1);
    expect(emitter.listenerCount).toBe(1);
  });
});

describe("DisposableStore", () => {
  it("disposes in reverse order, and late comers at once", () => {
    const log: string[] = [];
    const store = new DisposableStore();
    store.add(toDisposable(() => log.push("first")));
    store.add(toDisposable(() => log.push("second")));
    store.dispose();
    store.add(toDisposable(() => log.push("late")));
    expect(log).toEqual(["second", "first", "late"]);
  });
});

describe("backoffDelay", () => {
  it("never passes the cap and never falls to zero", () => {
    const options = { base: 1000, cap: 30_000, jitter: 0.5 };
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const delay = backoffDelay(attempt, options, random);
          expect(delay).toBeGreaterThanOrEqual(500);
          expect(delay).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});

describe("mergeStatus", () => {
  it("keeps the fields a delta does not name", () => {
    const base = { print_stats: { state: "printing", filename: "a.gcode" } };
    expect(mergeStatus(base, { print_stats: { print_duration: 3 } })).toEqual({
      print_stats: { state: "printing", filename: "a.gcode", print_duration: 3 },
    });
  });

  it("returns the same object when nothing changed", () => {
    const base = { toolhead: { stalls: 0 }, webhooks: { state: "ready" } };
    expect(mergeStatus(base, { toolhead: { stalls: 0 } })).toBe(base);
    expect(mergeStatus(base, { toolhead: { stalls: 1 } }).webhooks).toBe(base.webhooks);
  });

  it("ends at the last value of every field, whatever the deltas", () => {
    const fields = fc.dictionary(fc.constantFrom("x", "y", "z"), fc.integer());
    const delta = fc.dictionary(fc.constantFrom("a", "b"), fields);
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 20 }), (deltas) => {
        const merged = deltas.reduce<PrinterObjects>(mergeStatus, {});
        for (const object of ["a", "b"]) {
          const all = deltas.flatMap((d) => (d[object] === undefined ? [] : [d[object]]));
          expect(merged[object]).toEqual(
            all.length === 0 ? undefined : all.reduce((sum, next) => ({ ...sum, ...next }), {}),
          );
        }
      }),
    );
  });
});
