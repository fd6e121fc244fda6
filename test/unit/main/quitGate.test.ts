import { describe, expect, it } from "vitest";
import { QuitGate } from "../../../electron/main/quitGate.ts";
import { ManualClock } from "../../support/manualClock.ts";

function gate(choose: "quit_now" | "stay" | "none" | "never") {
  const clock = new ManualClock();
  const explained: string[][] = [];
  const holds: boolean[] = [];
  let starting: string[] = ["Left"];
  let settled: AbortSignal | undefined;
  const quitGate = new QuitGate({
    clock,
    starting: () => starting,
    hold: (held) => holds.push(held),
    explain: (printers, signal) => {
      explained.push([...printers]);
      settled = signal;
      return choose === "never" ? new Promise(() => {}) : Promise.resolve(choose);
    },
  });
  const settle = async (): Promise<void> => {
    starting = [];
    await clock.advance(1_000);
  };
  return { quitGate, clock, explained, holds, settle, isSettled: () => settled?.aborted };
}

describe("a quit while a print is being started", () => {
  it("waits for the printer's word, says so, and takes the explanation away", async () => {
    const { quitGate, clock, explained, settle, isSettled } = gate("never");
    expect(quitGate.shut()).toBe(true);
    const quit = quitGate.wait();
    expect(explained).toEqual([["Left"]]);
    await settle();
    expect(await quit).toBe(true);
    expect(isSettled()).toBe(true);
    expect(quitGate.shut()).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it("goes on at once, or not at all, when the person says so", async () => {
    expect(await gate("quit_now").quitGate.wait()).toBe(true);
    expect(await gate("stay").quitGate.wait()).toBe(false);
  });

  it("does not wait for a silent printer for ever", async () => {
    const { quitGate, clock } = gate("never");
    const quit = quitGate.wait();
    await clock.advance(121_000);
    expect(await quit).toBe(true);
  });

  it("holds all further starts from its first moment, until the person would rather stay", async () => {
    const going = gate("quit_now");
    expect(await going.quitGate.pass()).toBe(true);
    expect(going.holds).toEqual([true]);
    const staying = gate("stay");
    expect(await staying.quitGate.pass()).toBe(false);
    expect(staying.holds).toEqual([true, false]);
  });

  it("asks nothing where no start is on its way", async () => {
    const { quitGate, explained, holds, settle } = gate("stay");
    await settle();
    expect(await quitGate.pass()).toBe(true);
    expect([explained, holds]).toEqual([[], [true]]);
  });

  it("asks once, however often it is told to quit", async () => {
    const { quitGate, explained, settle } = gate("never");
    const both = Promise.all([quitGate.wait(), quitGate.wait()]);
    await settle();
    expect(await both).toEqual([true, true]);
    expect(explained).toHaveLength(1);
  });
});
