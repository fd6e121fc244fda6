import { describe, expect, it } from "vitest";
import type { Mastery } from "../../../electron/host/engine/mastery.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

const MANAGED: Mastery = {
  lease: { kind: "managed", holder: { host: "DESK-2", user: "ada" } },
  question: null,
};
const ASKED: Mastery = {
  lease: { kind: "held" },
  question: { jobs: [{ id: "J1", filename: "x.gcode", addedAt: 1 }], startsBy: [] },
};

function codes(harness: EngineHarness): readonly string[] {
  return harness.snapshot.reasons[0]?.map(({ code }) => code) ?? [];
}

/** The audit trail's entries of a kind. */
function entries(harness: EngineHarness, kind: string): number {
  return harness.store.journal.filter(({ entry }) => entry.kind === kind).length;
}

describe("an engine whose printer another host manages", () => {
  it("starts nothing, brings nothing over, and says who manages it", async () => {
    const harness = await new EngineHarness().start();
    harness.master.become(MANAGED);
    await harness.post("a");
    await harness.startQueue();
    await harness.advance(60_000);
    expect(codes(harness)).toEqual(["not_master"]);
    expect(harness.snapshot.reasons[0]?.[0]?.text).toBe("Managed by DESK-2 (ada).");
    expect(harness.snapshot.state).toBe("paused");
    expect(harness.stager.requests).toEqual([]);
    expect(harness.link.begun).toEqual([]);
  });

  it("goes on by itself when the lease becomes its own", async () => {
    const harness = await new EngineHarness().start();
    harness.master.become(MANAGED);
    await harness.post("a");
    await harness.startQueue();
    harness.master.hold();
    await harness.advance(1_000);
    expect(harness.link.begun).toHaveLength(1);
  });

  it("lets go of a transfer when it loses the lease", async () => {
    const harness = await new EngineHarness().start();
    harness.stager.holds = true;
    await harness.post("a");
    await harness.startQueue();
    expect(harness.snapshot.stored.attempt?.state).toBe("staging");
    harness.master.become(MANAGED);
    await harness.settle();
    expect(harness.snapshot.stored.attempt).toBeNull();
    expect(harness.names).toEqual(["a"]);
  });

  it("writes down once that another has taken over", async () => {
    const harness = await new EngineHarness().start();
    harness.master.become(MANAGED);
    harness.master.become({ ...MANAGED });
    await harness.settle();
    expect(entries(harness, "managed_by_another")).toBe(1);
  });

  it("goes on observing its own print, which is finished as ever", async () => {
    const harness = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await harness.post("a");
    await harness.startQueue();
    await harness.advance(1_000);
    harness.master.become(MANAGED);
    await harness.advance(5_000);
    expect(harness.snapshot.stored.attempt?.state).toBe("printing");
    harness.link.complete();
    await harness.advance(5_000);
    expect(harness.snapshot.stored.attempt).toBeNull();
    expect(harness.snapshot.stored.undecided).toEqual([]);
  });
});

describe("the last look before a start", () => {
  it("holds the start back when the right to it cannot be confirmed, and tries again", async () => {
    const harness = await new EngineHarness().start();
    harness.master.confirms = false;
    await harness.post("a");
    await harness.startQueue();
    await harness.advance(1_000);
    expect(harness.link.begun).toEqual([]);
    expect(harness.snapshot.reasons[0]?.[0]?.text).toContain("could not be confirmed");
    harness.master.confirms = true;
    await harness.advance(10_000);
    expect(harness.link.begun).toHaveLength(1);
  });

  it("is repeated in the turn of the send: nothing leaves, and the plate is given back", async () => {
    const harness = await new EngineHarness().start();
    harness.master.may = false;
    await harness.post("a");
    await harness.startQueue();
    expect(harness.link.begun).toEqual([]);
    expect(harness.link.asked.filter((what) => what.startsWith("start"))).toEqual([]);
    expect(harness.names).toEqual(["a"]);
    harness.master.may = true;
    await harness.advance(1_000);
    expect(harness.link.begun).toHaveLength(1);
  });
});

describe("an engine whose printer has a queue of its own", () => {
  it("is held by the question until it is answered", async () => {
    const harness = await new EngineHarness().start();
    harness.master.become(ASKED);
    await harness.post("a");
    await harness.startQueue();
    await harness.advance(60_000);
    expect(codes(harness)).toEqual(["foreign_queue"]);
    expect(harness.link.begun).toEqual([]);
    harness.master.hold();
    await harness.advance(1_000);
    expect(harness.link.begun).toHaveLength(1);
  });
});
