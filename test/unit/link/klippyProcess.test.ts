import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  nameRun,
  observeRun,
  recallRun,
  type RunFacts,
} from "../../../electron/host/link/klippyProcess.ts";

const FACTS: RunFacts = {
  processId: 21949,
  eventtime: 1_179.6,
  printTime: 86.9,
  estimatedPrintTime: 88.8,
};
const NOW = 1_795_445_666_000;
const first = nameRun(null, FACTS, false, NOW);

describe("nameRun", () => {
  it("is the same after a mere reconnect", () => {
    const later = { ...FACTS, eventtime: 1_300, printTime: 200, estimatedPrintTime: 209 };
    expect(nameRun(first, later, false, NOW + 60_000).name).toBe(first.name);
  });

  it("is the same to a link that starts anew, whatever the clock says", () => {
    expect(nameRun(null, { ...FACTS, eventtime: 9_999 }, false, NOW + 1e9).name).toBe(first.name);
  });

  it.each<[string, Partial<RunFacts>, boolean]>([
    ["another process id", { processId: 30720 }, false],
    ["Klippy's goodbye", {}, true],
    ["a computer that was restarted", { eventtime: 42 }, false],
    ["a toolhead that began anew", { printTime: 0 }, false],
    ["firmware that was restarted", { estimatedPrintTime: 1.2 }, false],
  ])("is another after %s", (_what, facts, sawRestart) => {
    const next = nameRun(first, { ...FACTS, ...facts }, sawRestart, NOW + 5_000);
    expect(next.name).not.toBe(first.name);
  });

  it("gives two restarts of one process two names", () => {
    const second = nameRun(first, FACTS, true, NOW + 5_000);
    const third = nameRun(second, FACTS, true, NOW + 9_000);
    expect(new Set([first.name, second.name, third.name]).size).toBe(3);
  });

  it("takes a stored name up again only while the process id fits", () => {
    const stored = nameRun(first, FACTS, true, NOW).name;
    expect(nameRun(recallRun(stored), FACTS, false, NOW + 1e6).name).toBe(stored);
    const other = nameRun(recallRun(stored), { ...FACTS, processId: 7 }, false, NOW);
    expect(other.name).toBe("7");
    expect(recallRun("something else")).toBeNull();
    expect(recallRun(null)).toBeNull();
  });

  it("never says restarted while the process lives and its clocks only grow", () => {
    const steps = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (seconds) => {
        let known = first;
        let { eventtime } = FACTS;
        for (const passed of seconds) {
          eventtime += passed;
          const offset = eventtime - FACTS.eventtime;
          const seen = { eventtime, printTime: 86.9 + offset, estimatedPrintTime: 88.8 + offset };
          known = observeRun(known, seen);
          known = nameRun(known, { processId: FACTS.processId, ...seen }, false, NOW + offset);
        }
        expect(known.name).toBe(first.name);
      }),
    );
  });
});
