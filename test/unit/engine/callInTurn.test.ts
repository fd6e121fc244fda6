import { describe, expect, it } from "vitest";
import { callInTurn } from "../../../electron/host/engine/callInTurn.ts";
import { ManualClock } from "../../support/manualClock.ts";

describe("printers that are called in turn", () => {
  it("are called once each, in order, and never many in one turn", async () => {
    const clock = new ManualClock();
    const all = Array.from({ length: 30 }, (_, n) => n);
    const called: number[] = [];
    const turns = new Map<number, number>();
    callInTurn(clock, all, (one) => {
      called.push(one);
      turns.set(clock.monotonic(), (turns.get(clock.monotonic()) ?? 0) + 1);
    });
    expect(called).not.toEqual([]);
    await clock.advance(1_000);
    expect(called).toEqual(all);
    expect(Math.max(...turns.values())).toBeLessThanOrEqual(8);
    expect(clock.pending).toBe(0);
  });

  it("are called no more once that is given up", async () => {
    const clock = new ManualClock();
    const called: number[] = [];
    const calls = callInTurn(clock, [...Array.from({ length: 9 }).keys()], (one) =>
      called.push(one),
    );
    calls.dispose();
    await clock.advance(1_000);
    expect(called).toHaveLength(8);
    expect(clock.pending).toBe(0);
  });
});
