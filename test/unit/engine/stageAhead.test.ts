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

/** Our first print runs; the queue waits behind it. */
async function printing(
  options: ConstructorParameters<typeof EngineHarness>[0],
  ...names: readonly string[]
): Promise<EngineHarness> {
  const h = await new EngineHarness(options).start();
  await h.post(...names);
  await h.startQueue();
  await h.advance(1_000);
  expect(h.snapshot.stored.attempt?.state).toBe("printing");
  return h;
}

describe("the next file of a printer that prints", () => {
  it("goes ahead of its turn, once, and its row tells how far it is", async () => {
    const h = await printing({}, "a.gcode", "b.gcode", "c.gcode");
    await h.advance(60_000);
    expect(h.stager.requests).toEqual([contentOf("a.gcode"), contentOf("b.gcode")]);
    expect(h.stager.reasons).toEqual(["due", "ahead"]);
    expect(h.snapshot.ahead).toEqual({
      content: contentOf("b.gcode"),
      progress: 1,
      waits: null,
    });
  });

  it("says under the option `idle_only` that it must not disturb the print", async () => {
    const h = await printing({ prestage: "idle_only" }, "a.gcode", "b.gcode");
    expect(h.stager.reasons).toEqual(["due", "ahead_when_idle"]);
  });

  it("is another one when the order changes", async () => {
    const h = await printing({}, "a.gcode", "b.gcode", "c.gcode");
    await h.apply({ kind: "jump", copy: h.ids[1] ?? "" });
    expect(h.stager.requests.at(-1)).toBe(contentOf("c.gcode"));
  });

  it("stays here while another host manages the printer", async () => {
    const h = await printing({}, "a.gcode");
    h.master.become({
      lease: { kind: "managed", holder: { host: "DESK-2", user: "" } },
      question: null,
    });
    await h.post("b.gcode");
    await h.advance(1_000);
    expect(h.stager.requests).toEqual([contentOf("a.gcode")]);
  });
});

describe("the next file of a printer whose plate waits for a person", () => {
  it("goes ahead meanwhile", async () => {
    const h = await printing({}, "a.gcode", "b.gcode");
    h.stager.requests.length = 0;
    h.link.complete();
    await h.advance(2_000);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    await h.apply({ kind: "remove", copies: h.ids, strict: true });
    await h.post("c.gcode");
    await h.startQueue();
    await h.advance(1_000);
    expect(h.stager.requests).toContain(contentOf("c.gcode"));
  });
});
