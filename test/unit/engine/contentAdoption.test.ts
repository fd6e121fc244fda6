import { describe, expect, it } from "vitest";
import { ContentHash } from "#shared/domain/ids.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

const fresh = ContentHash.parse("f".repeat(64));

describe("a file sliced again while copies of it wait", () => {
  it("gives the waiting copies the new bytes and leaves the one being printed alone", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode", "a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    const [waiting, other] = h.snapshot.stored.copies;
    if (waiting === undefined || other === undefined) throw new Error("nothing waits");
    const from = waiting.contentHash;
    await h.engine.apply(
      { kind: "adopt_content", filename: "a.gcode", from, to: fresh },
      { kind: "board", name: "test" },
    );
    const { copies, attempt, jobs } = h.snapshot.stored;
    expect(copies.map(({ id, contentHash }) => [id, contentHash])).toEqual([
      [waiting.id, fresh],
      [other.id, other.contentHash],
    ]);
    expect(attempt?.contentHash).toBe(from);
    // A job is of one content: what prints and what waits are two jobs from now on.
    for (const copy of copies) expect(jobs.get(copy.jobId)?.contentHash).toBe(copy.contentHash);
  });

  it("is taken back by undo, and is not taken back by the way with an edit before it", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    const [first] = h.snapshot.stored.copies;
    if (first === undefined) throw new Error("nothing waits");
    const from = first.contentHash;
    await h.apply({ kind: "move", copies: [first.id], before: null });
    await h.apply({ kind: "hold", copies: [first.id], hold: "wait" });
    await h.apply({ kind: "adopt_content", filename: "a.gcode", from, to: fresh });
    const contents = (): unknown => {
      const { copies, jobs } = h.snapshot.stored;
      const copy = copies.find(({ id }) => id === first.id);
      return copy && [copy.contentHash, jobs.get(copy.jobId)?.contentHash];
    };
    expect(contents()).toEqual([fresh, fresh]);
    await h.apply({ kind: "undo" });
    expect(contents()).toEqual([from, from]);
    await h.apply({ kind: "redo" });
    expect(contents()).toEqual([fresh, fresh]);
    await h.apply({ kind: "undo" });
    await h.apply({ kind: "undo" });
    await h.apply({ kind: "undo" });
    expect(contents()).toEqual([from, from]);
    expect(h.names).toEqual(["a.gcode", "b.gcode"]);
  });

  it("changes nothing when no copy waits with the old bytes", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    const before = h.snapshot.stored.copies;
    await h.engine.apply(
      { kind: "adopt_content", filename: "a.gcode", from: fresh, to: fresh },
      { kind: "board", name: "test" },
    );
    expect(h.snapshot.stored.copies).toEqual(before);
  });
});
