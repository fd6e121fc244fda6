import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";
import { happening, live } from "../../support/queueLife.ts";

/** Lives per policy; the long run sets more. */
const RUNS = Number(process.env["ENGINE_RUNS"] ?? 1000);
const TIMEOUT = 20_000 + RUNS * 40;

describe("a queue under any commands, facts, faults and crashes", () => {
  for (const platePolicy of ["confirm", "self_clearing"] as const) {
    for (const afterFailure of ["hold", "continue"] as const) {
      const policy = `${platePolicy}, ${afterFailure}`;
      it(
        `loses no copy, prints none twice, starts on no occupied plate (${policy})`,
        async () => {
          const { options } = new EngineHarness({ platePolicy, afterFailure });
          const lives = fc.array(happening, { minLength: 5, maxLength: 60 });
          const run = await fc.check(
            fc.asyncProperty(lives, (happenings) => live(options, happenings)),
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
