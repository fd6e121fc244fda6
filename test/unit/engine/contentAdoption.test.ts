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
