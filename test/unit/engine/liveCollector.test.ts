import { describe, expect, it } from "vitest";
import { LiveCollector } from "../../../electron/host/engine/liveCollector.ts";
import { ManualClock } from "../../support/manualClock.ts";

function collected() {
  const clock = new ManualClock();
  const pushes: { at: number; moved: readonly string[] }[] = [];
  const began = clock.monotonic();
  const collector = new LiveCollector<string>(clock, (moved) => {
    pushes.push({ at: clock.monotonic() - began, moved });
  });
  return { clock, collector, pushes };
}

describe("live data", () => {
  it("goes out twice a second while printers report four times, and keeps its pace", async () => {
    const { clock, collector, pushes } = collected();
    for (let tick = 0; tick < 40; tick++) {
      collector.add("a");
      await clock.advance(2);
      collector.add("b");
      await clock.advance(248);
    }
    expect(pushes.length).toBe(20);
    for (const { moved } of pushes) expect(moved).toEqual(["a", "b"]);
    const gaps = pushes.slice(1).map(({ at }, n) => at - (pushes[n]?.at ?? 0));
    expect(new Set(gaps)).toEqual(new Set([500]));
  });

  it("takes the last report before silence along", async () => {
    const { clock, collector, pushes } = collected();
    collector.add("a");
    await clock.advance(60);
    collector.add("a");
    await clock.advance(10_000);
    expect(pushes.length).toBe(2);
  });

  it("says nothing of a printer that is gone", async () => {
    const { clock, collector, pushes } = collected();
    collector.add("a");
    collector.add("b");
    collector.remove("a");
    await clock.advance(1_000);
    expect(pushes.map(({ moved }) => moved)).toEqual([["b"]]);
  });
});
