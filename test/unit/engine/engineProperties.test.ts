import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";
import { happening } from "../../support/queueHappenings.ts";
import { EJECTOR, live } from "../../support/queueLife.ts";

/** Lives per policy; the long run sets more. */
const RUNS = Number(process.env["ENGINE_RUNS"] ?? 1000);
/** Milliseconds, for a machine that does much else besides. */
const TIMEOUT = 60_000 + RUNS * 200;

describe("a queue under any commands, facts, faults and crashes", () => {
  for (const platePolicy of ["confirm", "self_clearing", "gcode"] as const) {
    for (const afterFailure of ["hold", "continue"] as const) {
      const policy = `${platePolicy}, ${afterFailure}`;
      it(
        `loses no copy, prints none twice, starts on no occupied plate (${policy})`,
        async () => {
          const jobTransitionGcode = platePolicy === "gcode" ? EJECTOR : "";
          const jobTransitionDelay = afterFailure === "continue" ? 2 : 0;
          const { options } = new EngineHarness({
            platePolicy,
            afterFailure,
            jobTransitionGcode,
            jobTransitionDelay,
          });
          const lives = fc.array(happening, { minLength: 5, maxLength: 60 });
          const run = await fc.check(
            fc.asyncProperty(lives, fc.boolean(), (happenings, keepsHistory) =>
              live(options, happenings, keepsHistory),
            ),
            { numRuns: RUNS },
          );
          expect(await fc.asyncDefaultReportMessage(run)).toBeUndefined();
          expect(run.numRuns).toBe(RUNS);
        },
        TIMEOUT,
      );
    }
  }
});
