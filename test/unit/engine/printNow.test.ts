import { describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import { contentOf, EngineHarness, item } from "../../support/engineHarness.ts";

/** A queue that is not armed, with one copy waiting, whose printer was asked for one print at once. */
async function askedForOne(prepare: (h: EngineHarness) => void = () => {}): Promise<EngineHarness> {
  const h = await new EngineHarness().start();
  await h.post("waiting.gcode");
  prepare(h);
  await h.apply({ kind: "print_now", item: item("now.gcode") });
  return h;
}

describe("a single print asked for at an unarmed queue", () => {
  it("prints, and the rest of the queue stays paused", async () => {
    const h = await askedForOne();
    await h.advance(1000);
    expect(h.link.begun.map((path) => path.slice(-9))).toEqual(["now.gcode"]);
    expect(h.snapshot.stored.armed).toBe(false);
    expect(h.snapshot.state).toBe("paused");
  });

  it("that is taken off the list leaves the queue paused, as it was", async () => {
    const h = await askedForOne((one) => (one.stager.holds = true));
    expect(h.snapshot.state).toBe("loading");
    await h.apply({ kind: "remove", copies: h.ids.slice(0, 1), strict: true });
    await h.advance(1000);
    expect(h.names).toEqual(["waiting.gcode"]);
    expect(h.snapshot.state).toBe("paused");
    expect(h.snapshot.reasons[0]?.map(({ code }) => code)).toEqual(["not_armed"]);
  });

  it("does not begin once its job is held, nor by itself when it is released", async () => {
    const h = await askedForOne((one) => (one.stager.holds = true));
    const copies = h.ids.slice(0, 1);
    await h.apply({ kind: "hold", copies, hold: "wait for the black spool" });
    h.stager.release();
    await h.advance(5000);
    expect(h.link.begun).toEqual([]);
    expect(h.snapshot.state).toBe("paused");
    await h.apply({ kind: "hold", copies, hold: null });
    await h.advance(5000);
    expect(h.link.begun).toEqual([]);
    expect(h.names).toEqual(["now.gcode", "waiting.gcode"]);
  });

  it("is tried once when its file turns out to be made for another machine", async () => {
    const h = await new EngineHarness().start();
    h.stager.holds = true;
    await h.post("waiting.gcode");
    h.misfitsLater.set(contentOf("now.gcode"), "Sliced for another machine.");
    await h.apply({ kind: "print_now", item: item("now.gcode") });
    await h.advance(1000);
    expect(h.snapshot.stored.attempt).toBeNull();
    expect(h.snapshot.reasons[0]?.[0]?.code).toBe("wrong_machine");
    expect(h.snapshot.state).toBe("paused");
  });

  it("is tried once when its file can never be brought over", async () => {
    const h = await askedForOne((one) =>
      one.stager.failNext(new AppError("not_found", "Its bytes are gone.")),
    );
    await h.advance(10_000);
    expect(h.stager.requests).toHaveLength(1);
    expect(h.link.begun).toEqual([]);
    expect(h.snapshot.reasons[0]?.[0]).toEqual({ code: "held", text: "Its bytes are gone." });
  });
});
