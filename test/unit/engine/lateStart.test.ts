import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

/** A queue whose start was acknowledged, not done, and taken back after the barrier. */
async function disproved(...names: readonly string[]): Promise<EngineHarness> {
  const h = await new EngineHarness().start();
  await h.post(...names);
  h.link.fates.push("late", "late", "late");
  await h.startQueue();
  await h.advance(60_000);
  expect(h.snapshot.stored.armed).toBe(false);
  expect(h.names).toEqual(names);
  expect(h.link.begun).toEqual([]);
  return h;
}

const outcomes = (h: EngineHarness): readonly string[] =>
  h.store.attempts.map((attempt) => attempt.state);

describe("a start performed after it was taken for not done", () => {
  it("is the print of its copy, which is not printed again", async () => {
    const h = await disproved("a.gcode", "b.gcode");
    h.link.performLate();
    await h.settle();
    expect(h.snapshot.external).toBeNull();
    expect(h.snapshot.stored.attempt?.state).toBe("printing");
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    expect(h.names).toEqual(["b.gcode"]);

    h.link.complete();
    await h.advance(2000);
    await h.clearPlate();
    await h.startQueue();
    await h.advance(2000);
    expect(h.link.begun.map((path) => path.slice(-7))).toEqual(["a.gcode", "b.gcode"]);
  });

  it("is recognised by a host that was restarted meanwhile", async () => {
    const h = await disproved("a.gcode");
    await h.crash();
    h.link.performLate();
    await h.settle();
    expect(h.names).toEqual([]);
    expect(h.snapshot.stored.attempt?.state).toBe("printing");
  });

  it("is recognised in the history when it ran and ended out of sight", async () => {
    const h = await disproved("a.gcode");
    h.link.disconnect();
    h.link.performLate();
    h.link.complete();
    h.link.connect();
    await h.advance(5000);
    expect(h.names).toEqual([]);
    expect(outcomes(h).filter((state) => state === "finished")).toHaveLength(1);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
  });

  it("is recognised by its lines when it is shorter than a status tick", async () => {
    const h = await disproved("a.gcode");
    h.link.performLate(true);
    await h.advance(2000);
    expect(h.names).toEqual([]);
    expect(outcomes(h)).toContain("finished");
  });

  it("takes the place of the next try while that one's file is being brought over", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.link.fates.push("late");
    await h.startQueue();
    h.stager.holds = true;
    await h.advance(20_000);
    expect(h.snapshot.stored.attempt?.state).toBe("staging");
    h.link.performLate();
    await h.settle();
    h.stager.release();
    await h.advance(20_000);
    expect(h.link.begun).toHaveLength(1);
    expect(h.names).toEqual([]);
  });

  it("after its copy was removed is a print of the printer's own", async () => {
    const h = await disproved("a.gcode");
    await h.apply({ kind: "remove", copies: "all", strict: false });
    h.link.performLate();
    await h.settle();
    expect(h.snapshot.external?.filename).toContain("a.gcode");
    expect(h.snapshot.stored.plate.state).toBe("occupied");
  });

  it("is one copy's print only, when another copy of the same file has been printed since", async () => {
    const h = await disproved("a.gcode", "a.gcode");
    const [first, second] = h.ids;
    if (first === undefined) throw new Error("no copy");
    await h.apply({ kind: "move", copies: [first], before: null });
    await h.clearPlate();
    await h.startQueue();
    await h.advance(2000);
    expect(h.snapshot.stored.attempt?.copyId).toBe(second);
    h.link.complete();
    await h.advance(2000);
    expect(h.ids).toEqual([first]);
    await h.apply({ kind: "pause" });

    h.link.performLate();
    await h.settle();
    expect(h.snapshot.stored.attempt?.copyId).toBe(first);
    expect(h.names).toEqual([]);
    expect(h.link.begun).toHaveLength(2);
  });

  it("is a question when Klipper was restarted since, so that nobody can tell whose print it was", async () => {
    const h = await disproved("a.gcode", "b.gcode");
    h.link.disconnect();
    h.link.performLate();
    h.link.complete();
    h.link.bootKlippy();
    h.link.connect();
    await h.advance(5000);
    expect(h.names).toEqual(["b.gcode"]);
    expect(h.snapshot.stored.undecided.map((ended) => ended.state)).toEqual(["unknown"]);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
  });

  it("cannot come any more when Klipper was restarted and printed nothing", async () => {
    const h = await disproved("a.gcode");
    h.link.bootKlippy();
    await h.advance(5000);
    expect(h.snapshot.stored.memory.unperformed).toEqual([]);
    expect(h.names).toEqual(["a.gcode"]);
  });
});

describe("a start that nobody could prove, and that a person said to print again", () => {
  it("is that copy's print when the printer performs it after all", async () => {
    const h = new EngineHarness();
    h.link.keepsHistory = false;
    await h.start();
    await h.post("a.gcode", "b.gcode");
    h.link.fates.push("late");
    await h.startQueue();
    h.link.disconnect();
    h.link.connect();
    await h.advance(20_000);
    const [attempt] = h.snapshot.stored.undecided;
    if (attempt === undefined) throw new Error("nobody was asked");
    expect(attempt.state).toBe("unknown");
    await h.apply({ kind: "decide", attempt: attempt.id, decision: "requeue" });
    expect(h.names).toEqual(["b.gcode", "a.gcode"]);
    h.link.performLate();
    await h.advance(2_000);
    expect(h.snapshot.external).toBeNull();
    expect(h.snapshot.stored.attempt).toMatchObject({ id: attempt.id, state: "printing" });
    expect(h.names).toEqual(["b.gcode"]);
  });
});
