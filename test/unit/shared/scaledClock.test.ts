import { describe, expect, it } from "vitest";
import { scaledClock } from "#shared/util/clock.ts";
import { ManualClock } from "../../support/manualClock.ts";

describe("a clock that runs faster than the computer's", () => {
  it("reads the same in every process that shares its origin", async () => {
    const base = new ManualClock(10_000);
    const early = scaledClock({ factor: 20, origin: 10_000 }, base);
    await base.advance(100);
    const late = scaledClock({ factor: 20, origin: 10_000 }, base);
    expect([early.now(), late.now()]).toEqual([12_000, 12_000]);
  });

  it("ends a delay no earlier than its own time says", async () => {
    const base = new ManualClock();
    const clock = scaledClock({ factor: 20, origin: base.now() }, base);
    const begun = clock.monotonic();
    let took = 0;
    clock.setTimer(250, () => (took = clock.monotonic() - begun));
    await base.advance(12);
    expect(took).toBe(0);
    await base.advance(1);
    expect(took).toBe(260);
  });
});
