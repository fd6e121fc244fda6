import { describe, expect, it } from "vitest";
import { QuitGate } from "../../../electron/main/quitGate.ts";
import { ManualClock } from "../../support/manualClock.ts";

function gate(choose: "quit_now" | "stay" | "none" | "never") {
  const clock = new ManualClock();
  const explained: string[][] = [];
  let starting: string[] = ["Left"];
  let settled: AbortSignal | undefined;
  const quitGate = new QuitGate({
    clock,
    starting: () => starting,
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
  return { quitGate, clock, explained, settle, isSettled: () => settled?.aborted };
}

describe("a quit while a print is being started", () => {
  it("waits for the printer's word, says so, and takes the explanation away", async () => {
    const { quitGate, clock, explained, settle, isSettled } = gate("never");
    expect(quitGate.isClosed).toBe(true);
    const quit = quitGate.wait();
    expect(explained).toEqual([["Left"]]);
    await settle();
    expect(await quit).toBe(true);
    expect(isSettled()).toBe(true);
    expect(quitGate.isClosed).toBe(false);
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

  it("asks once, however often it is told to quit", async () => {
    const { quitGate, explained, settle } = gate("never");
    const both = Promise.all([quitGate.wait(), quitGate.wait()]);
    await settle();
    expect(await both).toEqual([true, true]);
    expect(explained).toHaveLength(1);
  });
});
