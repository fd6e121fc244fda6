import { describe, expect, it } from "vitest";
import { EngineHarness, item } from "../../support/engineHarness.ts";

async function printedOne(options: ConstructorParameters<typeof EngineHarness>[0]) {
  const h = await new EngineHarness(options).start();
  await h.post("a.gcode", "b.gcode");
  await h.startQueue();
  await h.advance(1000);
  h.link.complete();
  await h.advance(1500);
  return h;
}

describe("a restart of the program", () => {
  it("during the undo grace of a clear keeps the word and gives the grace anew", async () => {
    const h = await printedOne({ clearGrace: 5 });
    await h.clearPlate(true);
    await h.advance(3000);
    await h.crash();
    await h.advance(500);
    expect(h.snapshot.stored.plate.state).toBe("clear");
    expect(h.snapshot.state).toBe("loading");
    expect(h.snapshot.loadingUntil).toBeGreaterThan(h.clock.now() + 4000);
    expect(h.link.begun).toHaveLength(1);

    await h.advance(3000);
    const { revision } = h.snapshot.stored.plate;
    await h.apply({ kind: "set_plate", state: "occupied", revision, note: "", grace: false });
    await h.advance(20_000);
    expect(h.link.begun).toHaveLength(1);
  });

  it("lets the load come by itself when nobody undoes it", async () => {
    const h = await printedOne({ clearGrace: 5 });
    await h.clearPlate(true);
    await h.crash();
    await h.advance(7000);
    expect(h.link.begun).toHaveLength(2);
  });

  it("during the delay between two prints waits the whole delay again", async () => {
    const h = await printedOne({ platePolicy: "self_clearing", jobTransitionDelay: 60 });
    await h.advance(50_000);
    await h.crash();
    await h.advance(50_000);
    expect(h.link.begun).toHaveLength(1);
    await h.advance(15_000);
    expect(h.link.begun).toHaveLength(2);
  });

  it("leaves a single print asked for at the head, where it waits for a start", async () => {
    const h = await new EngineHarness().start();
    h.stager.holds = true;
    await h.apply({ kind: "print_now", item: item("a.gcode") });
    expect(h.snapshot.stored.attempt?.state).toBe("staging");
    await h.crash();
    h.stager.release();
    await h.advance(20_000);
    expect(h.names).toEqual(["a.gcode"]);
    expect(h.link.begun).toEqual([]);
    expect(h.snapshot.reasons[0]?.map((reason) => reason.code)).toEqual(["not_armed"]);
  });
});

describe("a clear with grace while the printer cannot be reached", () => {
  it("still leaves the whole grace when the printer comes back within it", async () => {
    const h = await printedOne({ clearGrace: 5 });
    h.link.disconnect();
    await h.clearPlate(true);
    await h.advance(1000);
    h.link.connect();
    await h.advance(3000);
    expect(h.snapshot.state).toBe("loading");
    expect(h.link.begun).toHaveLength(1);
    await h.advance(3000);
    expect(h.link.begun).toHaveLength(2);
  });
});
