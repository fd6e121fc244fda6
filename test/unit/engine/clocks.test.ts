import { describe, expect, it } from "vitest";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

const HOUR = 3_600_000;

async function printedOne(options: Partial<PrinterOptions> = {}): Promise<EngineHarness> {
  const h = await new EngineHarness(options).start();
  await h.post("a.gcode", "b.gcode");
  await h.startQueue();
  await h.advance(1000);
  h.link.complete();
  await h.advance(1500);
  return h;
}

describe("a wall clock that is set", () => {
  for (const [way, by] of [
    ["back", -9 * HOUR],
    ["forward", 9 * HOUR],
  ] as const) {
    it(`${way} neither shortens nor stretches the undo grace`, async () => {
      const h = await printedOne({ clearGrace: 5 });
      await h.clearPlate(true);
      h.clock.setWall(by);
      await h.advance(4500);
      expect(h.link.begun).toHaveLength(1);
      await h.advance(6500);
      expect(h.link.begun).toHaveLength(2);
    });

    it(`${way} does not make a start a word on a plate announced a moment ago`, async () => {
      const h = await printedOne();
      h.clock.setWall(by);
      await h.startQueue(true);
      await h.advance(500);
      expect(h.link.begun).toHaveLength(1);
      await h.advance(3000);
      await h.startQueue(true);
      await h.advance(1000);
      expect(h.link.begun).toHaveLength(2);
    });

    it(`${way} during a print ends it once, and prints the next once`, async () => {
      const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
      await h.post("a.gcode", "b.gcode");
      await h.startQueue();
      h.clock.setWall(by);
      await h.advance(1000);
      h.clock.setWall(-by);
      h.link.complete();
      await h.advance(3000);
      expect(h.link.begun).toHaveLength(2);
      expect(h.snapshot.stored.attempt?.state).toBe("printing");
    });

    it(`${way} around a start without an answer takes nothing for evidence`, async () => {
      const h = await new EngineHarness().start();
      await h.post("a.gcode");
      h.link.fates.push("ignore", "ignore", "ignore");
      await h.startQueue();
      h.clock.setWall(by);
      await h.advance(60_000);
      expect(h.link.begun).toEqual([]);
      expect(h.names).toEqual(["a.gcode"]);
    });

    it(`${way} across a restart gives out no id twice and keeps the queue`, async () => {
      const h = await new EngineHarness().start();
      await h.post("a.gcode");
      h.clock.setWall(by);
      await h.crash();
      await h.post("b.gcode");
      expect(h.names).toEqual(["a.gcode", "b.gcode"]);
      expect((h.ids[1] ?? "") > (h.ids[0] ?? "")).toBe(true);
    });
  }
});

describe("a printer whose own clock is wrong", () => {
  for (const [way, by] of [
    ["behind", -400 * 24 * HOUR],
    ["ahead", 400 * 24 * HOUR],
  ] as const) {
    it(`cannot date a print before the word on its plate (${way})`, async () => {
      const h = await new EngineHarness().start(false);
      // Added while it is off; somebody looks at the plate, and then prints at the machine.
      await h.clearPlate();
      await h.post("a.gcode");
      await h.startQueue();
      h.link.clockError = by;
      h.link.startByHand("by-hand.gcode");
      h.link.complete();
      h.link.connect();
      await h.advance(20_000);
      expect(h.snapshot.stored.plate.state).toBe("unknown");
      expect(h.link.begun).toEqual(["by-hand.gcode"]);
    });
  }

  it("keeps the word on its plate where it has never printed", async () => {
    const h = await new EngineHarness().start(false);
    await h.clearPlate();
    await h.post("a.gcode");
    await h.startQueue();
    h.link.connect();
    await h.advance(5_000);
    expect(h.link.begun).toHaveLength(1);
  });
});

describe("a computer that slept", () => {
  const ways = {
    "while its monotonic clock stood still": (h: EngineHarness) => h.clock.setWall(8 * HOUR),
    "while its monotonic clock went on": (h: EngineHarness) => h.clock.sleep(8 * HOUR),
  };
  for (const [way, sleep] of Object.entries(ways)) {
    it(`starts nothing at waking that nobody can undo (${way})`, async () => {
      const h = await printedOne({ clearGrace: 5 });
      await h.clearPlate(true);
      await h.advance(1000);
      sleep(h);
      await h.advance(4500);
      expect(h.link.begun).toHaveLength(1);
      expect(h.snapshot.state).toBe("loading");
      await h.advance(7000);
      expect(h.link.begun).toHaveLength(2);
    });

    it(`asks the printer again before anything may start (${way})`, async () => {
      const h = await printedOne({ platePolicy: "self_clearing", jobTransitionDelay: 60 });
      const asked = h.link.asked.filter((line) => line === "history").length;
      // Somebody printed meanwhile, and no frame of it ever came.
      h.link.isMute = true;
      h.link.startByHand("by-hand.gcode");
      h.link.complete();
      h.link.isMute = false;
      sleep(h);
      await h.advance(120_000);
      expect(h.link.asked.filter((line) => line === "history").length).toBeGreaterThan(asked);
      expect(h.snapshot.stored.plate.state).toBe("unknown");
      expect(h.link.begun).toHaveLength(2);
    });
  }
});
