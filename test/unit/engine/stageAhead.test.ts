import { AppError } from "#shared/rpc/errors.ts";
import { describe, expect, it } from "vitest";
import { contentOf, EngineHarness } from "../../support/engineHarness.ts";

/** The printer's computer is on and its Klipper is not; an armed queue waits. */
async function off(...names: readonly string[]): Promise<EngineHarness> {
  const h = await new EngineHarness().start();
  h.link.crashKlippy();
  await h.post(...names);
  await h.startQueue();
  await h.settle();
  return h;
}

describe("the next file of a printer whose Klipper is off", () => {
  it("is brought over meanwhile, and printed when the power comes", async () => {
    const h = await off("a.gcode", "b.gcode");
    expect(h.stager.requests).toEqual([contentOf("a.gcode")]);
    expect(h.snapshot.stored.attempt).toBeNull();
    h.link.bootKlippy();
    await h.advance(3000);
    expect(h.link.begun).toHaveLength(1);
  });

  it("is another one after a jump", async () => {
    const h = await off("a.gcode", "b.gcode");
    await h.apply({ kind: "jump", copy: h.ids[1] ?? "" });
    expect(h.stager.requests).toEqual([contentOf("a.gcode"), contentOf("b.gcode")]);
  });

  it("stays here while the queue is paused, or the printer's computer is off too", async () => {
    const h = await new EngineHarness().start();
    h.link.crashKlippy();
    await h.post("a.gcode");
    h.link.disconnect();
    await h.startQueue();
    await h.advance(5000);
    expect(h.stager.requests).toEqual([]);
  });

  it("is not tried again and again, and a failure is no obstacle later", async () => {
    const h = await new EngineHarness().start();
    h.link.crashKlippy();
    await h.post("a.gcode");
    h.stager.failNext(new AppError("unavailable", "The upload broke off."));
    await h.startQueue();
    await h.advance(60_000);
    expect(h.stager.requests).toHaveLength(1);
    h.link.bootKlippy();
    await h.advance(3000);
    expect(h.link.begun).toHaveLength(1);
  });
});
