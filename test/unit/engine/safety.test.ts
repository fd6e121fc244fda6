import { describe, expect, it } from "vitest";
import { BOARD, EngineHarness, item } from "../../support/engineHarness.ts";

/** A print under way, a store that no longer answers, and a thousand commands before whatever comes. */
async function stuck(): Promise<EngineHarness> {
  const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
  await h.post("a.gcode", "b.gcode");
  await h.startQueue();
  await h.advance(1000);
  h.store.hang();
  for (let n = 0; n < 1000; n++) {
    const items = [item(`${n}.gcode`)];
    const post = { kind: "post", items, at: "end", hold: null, note: "", start: false } as const;
    h.engine.apply(post, BOARD).catch((error: unknown) => h.errors.push(error));
  }
  return h;
}

describe("with a stuck store and a thousand commands waiting", () => {
  it("pause, resume, cancel and emergency stop reach the printer at once", async () => {
    const h = await stuck();
    await h.engine.pausePrint(BOARD);
    await h.engine.resumePrint(BOARD);
    await h.engine.cancelPrint(BOARD);
    await h.engine.emergencyStop(BOARD);
    expect(h.link.asked.slice(-4)).toEqual(["pause", "resume", "cancel", "emergency_stop"]);
  });

  it("a pause of the queue is answered, and no start leaves after it", async () => {
    const h = await stuck();
    let answer: string | undefined;
    const paused = h.engine.apply({ kind: "pause" }, BOARD).then(({ state }) => (answer = state));
    await h.advance(1000);
    expect(answer).toBe("paused");
    await paused;
    h.link.complete();
    await h.advance(60_000);
    expect(h.link.begun).toHaveLength(1);
  });
});

describe("an emergency stop without a connection", () => {
  it("fails so that the caller knows, and takes the ground from every load all the same", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.link.disconnect();
    await h.startQueue();
    await expect(h.engine.emergencyStop(BOARD)).rejects.toMatchObject({ code: "unavailable" });
    await h.settle();
    expect(h.snapshot.stored.armed).toBe(false);
    h.link.connect();
    await h.advance(20_000);
    expect(h.link.begun).toEqual([]);
  });

  it("is recorded later when the store is full now", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    for (let n = 0; n < 3; n++) h.store.failNext(new Error("full"));
    await h.engine.emergencyStop(BOARD);
    await h.advance(60_000);
    const kinds = h.store.journal.map(({ entry }) => entry.kind);
    expect(kinds.filter((kind) => kind === "emergency_stop")).toHaveLength(1);
    expect(h.snapshot.stored.armed).toBe(false);
  });
});
