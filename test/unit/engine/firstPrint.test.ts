import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

describe("a queue of two files", () => {
  it("prints both on a self-clearing printer, told as Moonraker tells it", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();

    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    expect(h.link.begun).toHaveLength(1);
    h.link.complete();
    await h.advance(2000);
    expect(h.link.begun).toHaveLength(2);
    h.link.complete();
    await h.advance(2000);

    expect(h.wire).toEqual([
      "jobs_added paused [a.gcode b.gcode]",
      "state_changed loading",
      "state_changed starting",
      "job_loaded ready [b.gcode]",
      "state_changed loading",
      "state_changed starting",
      "job_loaded paused []",
    ]);
    expect(h.store.attempts.map((attempt) => attempt.state)).toEqual(["finished", "finished"]);
    expect(h.errors).toEqual([]);
  });
});
