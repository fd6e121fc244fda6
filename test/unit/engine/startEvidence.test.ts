import type { Baseline } from "#shared/domain/attempt.ts";
import { describe, expect, it } from "vitest";
import type { PrintFacts } from "../../../electron/host/engine/printFacts.ts";
import { movedSince } from "../../../electron/host/engine/startEvidence.ts";

const PATH = "nextplate/0a1b2c3d/a.gcode";
const BASELINE: Baseline = {
  klippyProcess: "1",
  historyJobId: "000001",
  historyStartTime: null,
  filename: PATH,
  state: "complete",
  totalDuration: 100,
  at: 0,
};
const FACTS: PrintFacts = {
  webhooks: "ready",
  state: "complete",
  filename: PATH,
  message: "",
  totalDuration: 100,
  isPaused: false,
  sdActive: false,
  idle: "Ready",
  printTime: 0,
  atRest: true,
};

describe("print_stats as evidence of a start", () => {
  const cases: readonly (readonly [string, Partial<PrintFacts>, Partial<Baseline>, boolean])[] = [
    ["nothing, when it has not changed", {}, {}, false],
    [
      "nothing, when an unchanged short duration happens to fit",
      { totalDuration: 1 },
      { totalDuration: 1 },
      false,
    ],
    ["nothing, when another file is there", { filename: "x.gcode", state: "printing" }, {}, false],
    [
      "nothing, when our file is selected and not begun",
      { state: "standby", totalDuration: 0 },
      { filename: "" },
      false,
    ],
    [
      "nothing, when the duration is longer than the time since",
      { totalDuration: 500 },
      { filename: "" },
      false,
    ],
    ["a start, when our file prints", { state: "printing", totalDuration: 3 }, {}, true],
    [
      "a start, when our file prints and the clock was set back",
      { state: "printing", totalDuration: 900 },
      {},
      true,
    ],
    ["a start, when the duration fell below the baseline", { totalDuration: 5 }, {}, true],
    [
      "a start, when our file is complete where another was",
      { totalDuration: 5 },
      { filename: "x.gcode" },
      true,
    ],
    ["a start, when it failed at once", { state: "error", totalDuration: 0.1 }, {}, true],
  ];
  for (const [name, facts, baseline, moved] of cases) {
    it(`is ${name}`, () => {
      const secondsSinceSend = 10;
      expect(
        movedSince({ ...BASELINE, ...baseline }, { ...FACTS, ...facts }, PATH, secondsSinceSend),
      ).toBe(moved);
    });
  }
});
