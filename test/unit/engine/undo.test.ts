import { describe, expect, it } from "vitest";
import { contentOf, EngineHarness } from "../../support/engineHarness.ts";

async function queue(...names: readonly string[]): Promise<EngineHarness> {
  const h = await new EngineHarness().start();
  await h.post(...names);
  return h;
}

const undo = (h: EngineHarness) => h.apply({ kind: "undo" });
const redo = (h: EngineHarness) => h.apply({ kind: "redo" });

describe("undo", () => {
  it("brings removed copies back to their place, with their ids, and redo takes them again", async () => {
    const h = await queue("a.gcode", "b.gcode", "c.gcode");
    const before = h.ids;
    await h.apply({ kind: "remove", copies: before.slice(1, 2), strict: true });
    expect(h.names).toEqual(["a.gcode", "c.gcode"]);
    await undo(h);
    expect(h.ids).toEqual(before);
    await redo(h);
    expect(h.names).toEqual(["a.gcode", "c.gcode"]);
    await undo(h);
    expect(h.ids).toEqual(before);
  });

  it("takes back one edit after the other: a move, a hold, a note, a number, a post", async () => {
    const h = await queue("a.gcode", "b.gcode");
    const [first, second] = h.ids;
    if (first === undefined || second === undefined) throw new Error("no copies");
    const job = h.snapshot.stored.copies[0]?.jobId;
    if (job === undefined) throw new Error("no job");
    await h.apply({ kind: "move", copies: [first], before: null });
    await h.apply({ kind: "hold", copies: [second], hold: "wait" });
    await h.apply({ kind: "note", copies: [second], note: "red" });
    await h.apply({ kind: "set_copies", job, count: 3 });
    expect(h.names).toEqual(["b.gcode", "a.gcode", "a.gcode", "a.gcode"]);

    expect(h.snapshot.undoable).toBe("set_copies");
    await undo(h);
    expect(h.names).toEqual(["b.gcode", "a.gcode"]);
    await undo(h);
    await undo(h);
    const jobs = [...h.snapshot.stored.jobs.values()];
    expect(jobs.map((one) => [one.hold, one.note])).toEqual([
      [null, ""],
      [null, ""],
    ]);
    await undo(h);
    expect(h.ids).toEqual([first, second]);
    await undo(h);
    expect(h.names).toEqual([]);
    await expect(undo(h)).rejects.toMatchObject({ code: "conflict" });
    for (let n = 0; n < 5; n++) await redo(h);
    expect(h.names).toEqual(["b.gcode", "a.gcode", "a.gcode", "a.gcode"]);
    expect(h.ids.slice(0, 2)).toEqual([second, first]);
  });

  it("keeps the bytes of what it could bring back from being forgotten, also after a restart", async () => {
    const h = await queue("a.gcode");
    await h.apply({ kind: "remove", copies: "all", strict: false });
    expect(h.store.contentsInUse()).toEqual(new Set());
    await h.crash();
    expect(h.engine.contentsOfEdits).toEqual(new Set([contentOf("a.gcode")]));
  });

  it("is refused once a copy has started, and says which", async () => {
    const h = await queue("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    await expect(undo(h)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("a.gcode has started"),
    });
    expect(h.names).toEqual(["b.gcode"]);
  });

  it("leaves out what has started since, when it only brings others back", async () => {
    const h = await queue("a.gcode", "b.gcode");
    const [, second] = h.ids;
    if (second === undefined) throw new Error("no copy");
    await h.apply({ kind: "remove", copies: [second], strict: true });
    await h.startQueue();
    await h.advance(1000);
    await undo(h);
    expect(h.ids).toEqual([second]);
  });

  it("reaches back across a restart of the program", async () => {
    const h = await queue("a.gcode", "b.gcode");
    const before = h.ids;
    await h.apply({ kind: "remove", copies: "all", strict: false });
    await h.crash();
    await undo(h);
    expect(h.ids).toEqual(before);
    await h.crash();
    await redo(h);
    expect(h.names).toEqual([]);
  });

  it("takes back a whole list posted with reset", async () => {
    const h = await queue("a.gcode", "b.gcode");
    const before = h.ids;
    await h.apply({ kind: "replace", base: before, items: [] });
    expect(h.names).toEqual([]);
    await undo(h);
    expect(h.ids).toEqual(before);
  });

  it("never arms a queue", async () => {
    const h = await queue("a.gcode");
    await h.apply({ kind: "start", mayClearPlate: false, receivedAt: h.clock.now() });
    const fresh = await queue("a.gcode");
    await fresh.apply({ kind: "remove", copies: "all", strict: false });
    await undo(fresh);
    await fresh.advance(20_000);
    expect(fresh.link.begun).toEqual([]);
  });
});

describe("undo of what is not an edit of the list", () => {
  async function failed(decision: "retry" | "requeue" | "dismiss"): Promise<EngineHarness> {
    const h = await queue("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.fail("Move out of range");
    await h.settle();
    const [attempt] = h.snapshot.stored.undecided;
    if (attempt === undefined) throw new Error("no open decision");
    await h.apply({ kind: "decide", attempt: attempt.id, decision, goodParts: 2 });
    return h;
  }

  for (const [decision, names] of [
    ["retry", ["a.gcode", "b.gcode"]],
    ["requeue", ["b.gcode", "a.gcode"]],
    ["dismiss", ["b.gcode"]],
  ] as const) {
    it(`asks again what was answered with ${decision}, also after a restart, and takes the answer again`, async () => {
      const h = await failed(decision);
      expect(h.names).toEqual(names);
      await h.crash();
      await undo(h);
      expect(h.names).toEqual(["b.gcode"]);
      expect(h.snapshot.stored.undecided).toMatchObject([{ state: "failed", decision: null }]);
      expect(h.snapshot.stored.undecided[0]?.goodParts).toBeUndefined();
      await redo(h);
      expect(h.names).toEqual(names);
      expect(h.snapshot.stored.undecided).toEqual([]);
      expect(h.store.attempts).toMatchObject([{ decision, goodParts: 2 }]);
    });
  }

  it("does not ask again when the copy that was brought back has started", async () => {
    const h = await failed("retry");
    await h.clearPlate();
    await h.startQueue();
    await h.advance(1000);
    expect(h.link.begun).toHaveLength(2);
    await expect(undo(h)).rejects.toThrow(/has started or left/);
  });

  it("brings the printer's options back, and writes both into the journal", async () => {
    const h = await queue("a.gcode");
    const { options } = h.snapshot;
    await h.apply({ kind: "set_options", options: { ...options, outOfService: true } });
    expect(h.snapshot.undoable).toBe("set_options");
    await undo(h);
    expect(h.snapshot.options).toEqual(options);
    expect(h.snapshot.undoable).toBe("post");
    expect(h.store.journal.map(({ entry }) => entry.kind)).toContain("edit_undone");
    await redo(h);
    expect(h.snapshot.options.outOfService).toBe(true);
  });
});
