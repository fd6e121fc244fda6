import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

/** An armed queue with two files, whose first is about to go. */
async function ready(): Promise<EngineHarness> {
  const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
  await h.post("a.gcode", "b.gcode");
  return h;
}

describe("a queue whose starts are held", () => {
  it("sets nothing going, takes in what it is told, and goes on when it is let go", async () => {
    const h = await ready();
    h.engine.holdStarts(true);
    await h.startQueue();
    await h.post("c.gcode");
    await h.advance(60_000);
    expect([h.link.begun, h.snapshot.stored.attempt]).toEqual([[], null]);
    expect(h.names).toEqual(["a.gcode", "b.gcode", "c.gcode"]);
    h.engine.holdStarts(false);
    await h.advance(1_000);
    expect(h.link.begun).toHaveLength(1);
  });

  it.each(["staged.committed", "starting.committed", "start.before_send"] as const)(
    "sends no start that is past %s, and sends it once when it is let go",
    async (moment) => {
      const h = await ready();
      h.onCheckpoint = (name) => {
        if (name === moment) h.engine.holdStarts(true);
      };
      await h.startQueue();
      await h.advance(10_000);
      // The last look at the obstacles is behind it: this one is on its way, and can be waited for.
      const isSent = moment === "start.before_send";
      expect(h.link.begun).toHaveLength(isSent ? 1 : 0);
      expect(h.snapshot.state === "starting").toBe(false);
      h.onCheckpoint = () => {};
      h.engine.holdStarts(false);
      await h.advance(10_000);
      expect(h.link.begun).toHaveLength(1);
      expect(h.snapshot.stored.undecided).toEqual([]);
    },
  );

  it("follows a start that was sent before, and begins nothing after that print", async () => {
    const h = await ready();
    await h.startQueue();
    await h.advance(1_000);
    h.engine.holdStarts(true);
    h.link.complete();
    await h.advance(60_000);
    expect(h.link.begun).toHaveLength(1);
    expect(h.names).toEqual(["b.gcode"]);
    h.engine.holdStarts(false);
    await h.advance(60_000);
    expect(h.link.begun).toHaveLength(2);
  });
});
