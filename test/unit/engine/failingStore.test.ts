import { AppError } from "#shared/rpc/errors.ts";
import { describe, expect, it } from "vitest";
import { BOARD, EngineHarness } from "../../support/engineHarness.ts";

const FULL = (): AppError => new AppError("storage_full", "The disk is full.");

describe("a store that cannot be written to", () => {
  it("fails a command cleanly: nothing has changed and nobody is told", async () => {
    const h = await new EngineHarness().start();
    h.store.failNext(FULL());
    const before = h.snapshot;
    await expect(h.post("a.gcode")).rejects.toMatchObject({ code: "storage_full" });
    expect(h.snapshot).toBe(before);
    expect(h.wire).toEqual([]);
  });

  it("does not blind the engine to a running print, and gets its end later", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(1000);
    for (let n = 0; n < 3; n++) h.store.failNext(FULL());
    h.link.complete();
    await h.advance(1500);
    expect(h.snapshot.stored.attempt).toBeNull();
    await h.advance(60_000);
    expect(h.store.attempts.at(-1)?.state).toBe("finished");
  });

  it("is told of as long as a fact waits for it, and no longer", async () => {
    const h = await new EngineHarness().start();
    h.store.failNext(FULL());
    h.link.startByHand("by-hand.gcode");
    await h.settle();
    expect(h.snapshot.unstored).toBe("The disk is full.");
    expect(h.changes.at(-1)?.snapshot).toBe(h.snapshot);
    await h.advance(5_000);
    expect(h.snapshot.unstored).toBeNull();
    expect(h.changes.at(-1)?.snapshot).toBe(h.snapshot);
  });

  it("keeps any new start from leaving without its intent stored", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.onCheckpoint = (name) => {
      if (name === "staged.announced") h.store.failNext(FULL());
    };
    await h.startQueue();
    expect(h.link.begun).toEqual([]);
    h.onCheckpoint = () => {};
    await h.advance(5000);
    expect(h.link.begun).toHaveLength(1);
  });

  it("does not delay a pause, a cancel or an emergency stop", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.store.hang();
    await h.engine.pausePrint(BOARD);
    await h.engine.cancelPrint(BOARD);
    await h.engine.emergencyStop(BOARD);
    expect(h.link.asked.slice(-3)).toEqual(["pause", "cancel", "emergency_stop"]);
  });
});
