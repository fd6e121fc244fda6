import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

const STATES = (h: EngineHarness): readonly string[] =>
  h.wire.map((line) => line.split(" ").slice(0, 2).join(" "));

async function printOne(h: EngineHarness): Promise<void> {
  await h.startQueue();
  await h.advance(1000);
  h.link.complete();
  await h.advance(1500);
}

describe("the plate under confirm", () => {
  it("is unknown for a new printer, and nothing starts on it", async () => {
    const h = new EngineHarness();
    h.engine.start();
    h.link.connect();
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(20_000);

    expect(h.snapshot.stored.plate.state).toBe("unknown");
    expect(h.snapshot.state).toBe("paused");
    expect(h.link.begun).toEqual([]);
  });

  it("waits for a person after each print; one clear loads the next", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    await printOne(h);
    expect(h.snapshot.state).toBe("paused");
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    expect(h.snapshot.reasons[0]?.map((reason) => reason.code)).toEqual(["plate_occupied"]);

    await h.clearPlate();
    await h.advance(1000);
    expect(h.link.begun).toHaveLength(2);
  });

  it("keeps a clear with grace undoable until the grace is over", async () => {
    const h = await new EngineHarness({ clearGrace: 5 }).start();
    await h.post("a.gcode", "b.gcode");
    await printOne(h);
    await h.clearPlate(true);
    expect(h.snapshot.state).toBe("loading");
    expect(h.snapshot.loadingUntil).toBe(h.clock.now() + 5000);

    await h.advance(4000);
    const { revision } = h.snapshot.stored.plate;
    await h.apply({ kind: "set_plate", state: "occupied", revision, note: "", grace: false });
    await h.advance(10_000);
    expect(h.snapshot.state).toBe("paused");
    expect(h.link.begun).toHaveLength(1);

    await h.clearPlate(true);
    await h.advance(5500);
    expect(h.link.begun).toHaveLength(2);
  });

  it("refuses a word that answers an older state", async () => {
    const h = await new EngineHarness().start();
    const { revision } = h.snapshot.stored.plate;
    const late = h.apply({
      kind: "set_plate",
      state: "clear",
      revision: revision - 1,
      note: "",
      grace: false,
    });
    await expect(late).rejects.toMatchObject({ code: "conflict" });
  });

  it("takes start as a word when the printer is idle and its state was announced long enough", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    await printOne(h);
    await h.advance(3000);
    await h.startQueue(true);
    await h.advance(1000);
    expect(h.link.begun).toHaveLength(2);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
  });

  it("does not take start as a word right after the print, and says so on the console", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    await printOne(h);
    const answer = await h.startQueue(true);
    expect(answer.state).toBe("paused");
    expect(h.changes.at(-1)?.consoleLine).toContain("plate");
    expect(h.link.begun).toHaveLength(1);
  });

  it("is occupied by a print started at the printer", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode");
    h.link.startByHand("by-hand.gcode");
    await h.settle();
    expect(h.snapshot.external).toEqual({ filename: "by-hand.gcode" });
    await h.startQueue();
    h.link.complete();
    await h.advance(20_000);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    expect(h.link.begun).toEqual(["by-hand.gcode"]);
  });
});

describe("a start", () => {
  it("that is refused leaves the copy at the head and pauses the queue, as Moonraker does", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    h.link.fates.push("refuse");
    await h.startQueue();
    await h.advance(5000);

    expect(h.names).toEqual(["a.gcode", "b.gcode"]);
    expect(STATES(h)).toEqual([
      "jobs_added paused",
      "state_changed loading",
      "state_changed starting",
      "state_changed paused",
    ]);
    expect(h.snapshot.stored.plate.state).toBe("clear");
    expect(h.snapshot.reasons[0]?.[0]?.text).toContain("Unable to open file");
  });

  it("that is acknowledged and never done is tried again, then asks", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.link.fates.push("ignore", "ignore", "ignore");
    await h.startQueue();
    await h.advance(60_000);

    expect(h.link.asked.filter((line) => line.startsWith("start"))).toHaveLength(3);
    expect(h.link.begun).toEqual([]);
    expect(h.names).toEqual(["a.gcode"]);
    expect(h.snapshot.stored.armed).toBe(false);
  });

  it("whose answer is lost, but which was done, is not sent again", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.link.fates.push("do_and_lose");
    await h.startQueue();
    h.link.disconnect();
    await h.advance(5000);
    h.link.connect();
    await h.advance(5000);

    expect(h.link.begun).toHaveLength(1);
    expect(h.snapshot.stored.attempt?.state).toBe("printing");
  });

  it("shorter than a status tick is seen by its lines", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.link.fates.push("tiny");
    await h.startQueue();
    await h.advance(2000);
    expect(h.store.attempts.map((attempt) => attempt.state)).toEqual(["finished"]);
  });

  it("does not leave when a pause came while its intent was being stored", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.onCheckpoint = (name) => {
      if (name === "starting.committed") void h.apply({ kind: "pause" });
    };
    await h.startQueue();
    await h.advance(5000);
    expect(h.link.begun).toEqual([]);
    expect(h.snapshot.stored.plate.state).toBe("clear");
    expect(h.snapshot.stored.attempt).toBeNull();
  });
});

describe("after an absence", () => {
  it("prints what was queued while the printer was off, when nothing happened meanwhile", async () => {
    const h = await new EngineHarness().start();
    h.link.crashKlippy();
    await h.post("a.gcode");
    await h.startQueue();
    expect(h.snapshot.state).toBe("ready");
    h.link.bootKlippy();
    await h.advance(3000);
    expect(h.link.begun).toHaveLength(1);
  });

  it("asks when somebody has printed meanwhile", async () => {
    const h = await new EngineHarness().start();
    h.link.disconnect();
    h.link.startByHand("by-hand.gcode");
    h.link.complete();
    await h.post("a.gcode");
    await h.startQueue();
    h.link.connect();
    await h.advance(20_000);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
    expect(h.link.begun).toEqual(["by-hand.gcode"]);
  });

  it("recognises its print after a restart of the host and does not start it again", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    await h.crash();
    await h.advance(1000);
    expect(h.snapshot.stored.attempt?.state).toBe("printing");
    expect(h.names).toEqual(["b.gcode"]);
    h.link.complete();
    await h.advance(3000);
    expect(h.link.begun).toHaveLength(2);
  });

  it("calls a print interrupted when Klipper shut down under it, and the plate unknown", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.shutdownKlippy();
    await h.settle();
    expect(h.snapshot.stored.undecided.map((attempt) => attempt.state)).toEqual(["interrupted"]);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
    expect(h.snapshot.stored.armed).toBe(false);
  });
});

describe("a decision", () => {
  it("brings the same copy back to the head", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    const [first] = h.ids;
    await h.startQueue();
    await h.advance(1000);
    h.link.fail("Move out of range");
    await h.settle();
    const attempt = h.snapshot.stored.undecided[0];
    expect(attempt?.message).toBe("Move out of range");
    if (attempt === undefined) throw new Error("no open decision");
    await h.apply({ kind: "decide", attempt: attempt.id, decision: "retry" });
    expect(h.names).toEqual(["a.gcode", "b.gcode"]);
    expect(h.ids[0]).toBe(first);
  });
});

describe("the g-code between two prints", () => {
  it("runs on a clear plate before the next load and must succeed", async () => {
    const h = await new EngineHarness({
      platePolicy: "self_clearing",
      jobTransitionGcode: "SWEEP",
    }).start();
    await h.post("a.gcode", "b.gcode", "c.gcode");
    await printOne(h);
    await h.advance(1000);
    expect(h.link.asked).toContain("gcode SWEEP");
    expect(h.link.begun).toHaveLength(2);
  });
});
