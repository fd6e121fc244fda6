import { AppError } from "#shared/rpc/errors.ts";
import { describe, expect, it } from "vitest";
import { BOARD, contentOf, EngineHarness, item } from "../../support/engineHarness.ts";

/** Two printers of one host, the first with `names` queued. */
async function two(...names: readonly string[]): Promise<readonly [EngineHarness, EngineHarness]> {
  const left = await new EngineHarness().start();
  const right = await new EngineHarness({}, left).start();
  await left.post(...names);
  return [left, right];
}

async function move(
  from: EngineHarness,
  to: EngineHarness,
  copies: EngineHarness["ids"],
  before: EngineHarness["ids"][number] | null = null,
): Promise<void> {
  await from.engine.transfer(to.engine, copies, before, BOARD);
  await from.settle();
}

describe("copies moved to another printer", () => {
  it("wait there with their ids, in the order and place asked for", async () => {
    const [left, right] = await two("a.gcode", "b.gcode", "c.gcode");
    await right.post("x.gcode");
    const [a, b, c] = left.ids;
    if (a === undefined || b === undefined || c === undefined) throw new Error("no copies");
    await move(left, right, [c, a], right.ids[0] ?? null);
    expect(left.ids).toEqual([b]);
    expect(right.names).toEqual(["c.gcode", "a.gcode", "x.gcode"]);
    expect(right.ids.slice(0, 2)).toEqual([c, a]);
    expect(right.snapshot.stored.copies.map((copy) => copy.printerId)).toEqual(["p2", "p2", "p2"]);
    for (const copy of right.snapshot.stored.copies) {
      expect(right.snapshot.stored.jobs.get(copy.jobId)?.printerId).toBe("p2");
    }
  });

  it("leave the rest of their job where it was, and keep its hold and note", async () => {
    const [left, right] = await two();
    await left.apply({
      kind: "post",
      items: [item("a.gcode", 3)],
      at: "end",
      hold: "wait",
      note: "red",
      start: false,
    });
    await move(left, right, left.ids.slice(0, 2));
    const job = (h: EngineHarness) => [...h.snapshot.stored.jobs.values()];
    expect(job(left)).toMatchObject([{ wanted: 1, hold: "wait" }]);
    expect(job(right)).toMatchObject([{ wanted: 2, hold: "wait", note: "red" }]);
  });

  it("are in both queues or in none when the store fails", async () => {
    const [left, right] = await two("a.gcode");
    left.store.failNext(new AppError("storage_full", "The disk is full."));
    await expect(move(left, right, left.ids)).rejects.toMatchObject({ code: "storage_full" });
    expect(left.names).toEqual(["a.gcode"]);
    expect(right.names).toEqual([]);
    await move(left, right, left.ids);
    expect([left.names, right.names]).toEqual([[], ["a.gcode"]]);
  });

  it("are there after a restart, and printed once, there", async () => {
    const [left, right] = await two("a.gcode");
    await move(left, right, left.ids);
    await left.restart();
    await right.restart();
    expect([left.names, right.names]).toEqual([[], ["a.gcode"]]);
    await left.startQueue();
    await right.startQueue();
    await right.advance(2000);
    expect([left.link.begun.length, right.link.begun.length]).toEqual([0, 1]);
  });

  for (const [moment, where] of [
    ["command.before_commit", [["a.gcode"], []]],
    ["command.committed", [[], ["a.gcode"]]],
  ] as const) {
    it(`are in exactly one queue when the program is killed at ${moment}`, async () => {
      const [left, right] = await two("a.gcode");
      const [copy] = left.ids;
      left.killAt(moment, 1);
      await expect(move(left, right, left.ids)).rejects.toThrow(/killed/);
      await left.restart();
      await right.restart();
      expect([left.names, right.names]).toEqual(where);
      expect([...left.ids, ...right.ids]).toEqual([copy]);
    });
  }

  it("stay when one of them is being started, may still be started, or is not there", async () => {
    const [left, right] = await two("a.gcode");
    left.link.fates.push("late", "late", "late");
    await left.startQueue();
    await expect(move(left, right, left.ids)).rejects.toMatchObject({ code: "conflict" });
    await left.advance(60_000);
    expect(left.snapshot.stored.attempt).toBeNull();
    await expect(move(left, right, left.ids)).rejects.toMatchObject({ code: "conflict" });
    expect(left.names).toEqual(["a.gcode"]);

    await right.post("x.gcode");
    const stranger = move(left, right, right.ids);
    await expect(stranger).rejects.toMatchObject({ code: "not_found" });
    const nowhere = move(right, left, right.ids, right.ids[0]);
    await expect(nowhere).rejects.toMatchObject({ code: "not_found" });
    expect(right.names).toEqual(["x.gcode"]);
  });

  it("take the ground from their own load", async () => {
    const [left, right] = await two("a.gcode");
    left.stager.holds = true;
    await left.startQueue();
    expect(left.snapshot.stored.attempt?.state).toBe("staging");
    await move(left, right, left.ids);
    expect(left.snapshot.stored.attempt).toBeNull();
    left.stager.release();
    await left.advance(5000);
    expect(left.link.begun).toEqual([]);
  });

  it("are checked against the new machine, whatever was said of the old one", async () => {
    const [left, right] = await two();
    left.misfits.set(contentOf("a.gcode"), "wrong here");
    right.misfits.set(contentOf("a.gcode"), "wrong there");
    await left.post("a.gcode");
    await left.apply({ kind: "print_anyway", copies: left.ids });
    await move(left, right, left.ids);
    expect(right.snapshot.reasons[0]).toEqual([{ code: "wrong_machine", text: "wrong there" }]);
  });

  it("are taken back and moved again by undo and redo, from either queue, also after a restart", async () => {
    const [left, right] = await two("a.gcode", "b.gcode", "c.gcode");
    await right.post("x.gcode");
    const before = left.ids;
    await move(left, right, before.slice(1), right.ids[0] ?? null);
    await right.engine.revertTransfer(left.engine, "undo", BOARD);
    expect([left.ids, right.names]).toEqual([before, ["x.gcode"]]);
    expect(left.snapshot.stored.copies.map((copy) => copy.printerId)).toEqual(["p1", "p1", "p1"]);

    await left.restart();
    await right.restart();
    expect(left.engine.nextEdit("redo")?.what).toBe("give");
    await left.engine.revertTransfer(right.engine, "redo", BOARD);
    expect([left.names, right.names]).toEqual([["a.gcode"], ["b.gcode", "c.gcode", "x.gcode"]]);
    await left.restart();
    await right.restart();
    await left.engine.revertTransfer(right.engine, "undo", BOARD);
    expect([left.ids, right.names]).toEqual([before, ["x.gcode"]]);
    expect(left.errors.concat(right.errors)).toEqual([]);
  });

  it("are not taken back when one of them has started there, may start there, or by one queue alone", async () => {
    const [left, right] = await two("a.gcode", "b.gcode");
    await move(left, right, left.ids);
    await expect(left.apply({ kind: "undo" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("p2"),
    });
    right.link.fates.push("late", "late", "late");
    await right.startQueue();
    await right.advance(60_000);
    expect(right.snapshot.stored.attempt).toBeNull();
    const back = () => left.engine.revertTransfer(right.engine, "undo", BOARD);
    await expect(back()).rejects.toThrow(/may still begin there/);
    right.link.performLate();
    await right.advance(1_000);
    await expect(back()).rejects.toThrow(/has started or left/);
    expect([left.names, right.names]).toEqual([[], ["b.gcode"]]);
  });

  it("are taken back in both queues or in none when the store fails", async () => {
    const [left, right] = await two("a.gcode");
    await move(left, right, left.ids);
    left.store.failNext(new AppError("storage_full", "The disk is full."));
    const back = () => left.engine.revertTransfer(right.engine, "undo", BOARD);
    await expect(back()).rejects.toMatchObject({ code: "storage_full" });
    expect([left.names, right.names]).toEqual([[], ["a.gcode"]]);
    await back();
    expect([left.names, right.names]).toEqual([["a.gcode"], []]);
  });

  it("set a queue going again when their commit is the first that a failed store takes", async () => {
    const [left, right] = await two("a.gcode");
    await right.post("x.gcode");
    right.link.crashKlippy();
    await right.startQueue();
    right.store.failNext(new AppError("storage_full", "The disk is full."));
    right.link.bootKlippy();
    await right.settle();
    expect(right.snapshot.unstored).not.toBeNull();
    expect(right.link.begun).toEqual([]);
    await move(left, right, left.ids);
    expect(right.snapshot.unstored).toBeNull();
    await right.advance(2_000);
    expect(right.link.begun).toHaveLength(1);
  });

  it("do not hide from their new queue that this computer slept", async () => {
    const left = await new EngineHarness().start();
    const belt = { platePolicy: "self_clearing", jobTransitionDelay: 60 } as const;
    const right = await new EngineHarness(belt, left).start();
    await left.post("a.gcode");
    await right.post("x.gcode", "y.gcode");
    await right.startQueue();
    await right.advance(1_000);
    right.link.complete();
    await right.advance(1_500);
    right.link.isMute = true;
    right.link.startByHand("by-hand.gcode");
    right.link.complete();
    right.link.isMute = false;
    right.clock.sleep(8 * 3_600_000);
    await move(left, right, left.ids);
    await right.advance(120_000);
    expect(right.snapshot.stored.plate.state).toBe("unknown");
    expect(right.link.begun.map((path) => path.split("/").at(-1))).toEqual([
      "x.gcode",
      "by-hand.gcode",
    ]);
  });

  it("may cross each other without locking the two queues", async () => {
    const [left, right] = await two("a.gcode");
    await right.post("x.gcode");
    await Promise.all([
      left.engine.transfer(right.engine, left.ids, null, BOARD),
      right.engine.transfer(left.engine, right.ids, null, BOARD),
      left.clock.advance(0),
    ]);
    expect([left.names, right.names]).toEqual([["x.gcode"], ["a.gcode"]]);
  });
});
