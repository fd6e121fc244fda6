import { describe, expect, it } from "vitest";
import { columnForm } from "@/features/board/columnForm.ts";
import { printerState } from "@/features/board/printerState.ts";
import { everyState } from "../../support/boardStates.ts";
import { currentFixture, decisionFixture, printerFixture } from "../../support/boardFixtures.ts";

const stateOf = (id: string) => {
  const printer = everyState(1_800_000_000).find((one) => one.id === id);
  if (printer === undefined) throw new Error(`no fixture ${id}`);
  return printerState(printer);
};

describe("the form of a column", () => {
  it("is calm while nobody is needed", () => {
    expect(columnForm(printerFixture("p", "P"))).toEqual({ kind: "calm" });
  });

  it("asks one thing at a time, the host's most urgent first", () => {
    const printer = printerFixture("p", "P", {
      attention: [
        { kind: "decision", text: "failed" },
        { kind: "plate", text: "occupied" },
      ],
      queue: { decisions: [decisionFixture("a.gcode"), decisionFixture("b.gcode")] },
    });
    expect(columnForm(printer)).toMatchObject({
      kind: "decision",
      more: 1,
      decision: { filename: "a.gcode" },
    });
  });

  it("asks for the plate when the decision has been answered meanwhile", () => {
    const printer = printerFixture("p", "P", {
      attention: [
        { kind: "decision", text: "failed" },
        { kind: "plate", text: "occupied" },
      ],
      plate: { state: "occupied", reason: "bracket finished" },
    });
    expect(columnForm(printer)).toEqual({ kind: "plate", reason: "bracket finished" });
  });

  it("tells a printer that cannot be reached from one whose power is off", () => {
    const attention = [{ kind: "offline_with_jobs" as const, text: "1 waiting" }];
    const off = printerFixture("p", "P", { attention, klippy: { state: "disconnected" } });
    const gone = printerFixture("p", "P", {
      attention,
      link: { state: "unreachable", detail: "no answer" },
    });
    expect(columnForm(off)).toMatchObject({ kind: "offline", reachable: true });
    expect(columnForm(gone)).toMatchObject({ reachable: false, detail: "no answer" });
  });
});

describe("a job that could not be started", () => {
  const attention = [{ kind: "transfer" as const, text: "The printer did not take the file." }];
  const stuck = (armed: boolean) => printerFixture("p", "P", { attention, queue: { armed } });

  it("is told apart from one that is tried again by itself", () => {
    expect(columnForm(stuck(true))).toMatchObject({ kind: "transfer", again: true });
    expect(columnForm(stuck(false))).toMatchObject({ kind: "transfer", again: false });
  });

  it("is not called idle", () => {
    expect(printerState(stuck(false))).toMatchObject({ tone: "amber", word: "state.notStarted" });
  });
});

describe("the state of a printer", () => {
  it("is not called idle while nothing of it can be stored", () => {
    const attention = [{ kind: "store" as const, text: "The disk is full." }];
    const printer = printerFixture("p", "P", { attention });
    expect(printerState(printer)).toMatchObject({ tone: "red", word: "state.notSaving" });
  });

  it("has one word and one colour for each", () => {
    expect(stateOf("voron-1")).toMatchObject({
      tone: "blue",
      word: "state.printing",
      share: "print",
    });
    expect(stateOf("voron-2")).toMatchObject({ tone: "green", word: "state.done" });
    expect(stateOf("mk4")).toMatchObject({ tone: "red", word: "state.failed" });
    expect(stateOf("trident")).toMatchObject({ tone: "violet", share: "transfer" });
    expect(stateOf("salad")).toMatchObject({ tone: "amber", word: "state.paused" });
    expect(stateOf("v0")).toMatchObject({ tone: "red", word: "state.shutdown" });
    expect(stateOf("belt")).toMatchObject({ tone: "amber", word: "state.plateUnknown" });
    expect(stateOf("k1")).toMatchObject({ tone: "amber", word: "state.unauthorized" });
  });

  it("is grey, never red, while it is not known yet, and dim when it is off", () => {
    expect(stateOf("plus4").tone).toBe("grey");
    expect(stateOf("ender").tone).toBe("dim");
  });

  it("does not call an idle printer with a clear plate done", () => {
    expect(stateOf("ratrig").word).toBe("state.idle");
  });

  it("says transferring without a number while no byte was counted", () => {
    const current = currentFixture("a.gcode", { state: "staging", transfer: null });
    const state = printerState(printerFixture("p", "P", { activity: "transferring", current }));
    expect(state).toMatchObject({ word: "state.transferring", share: null });
  });
});
