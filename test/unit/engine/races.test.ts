import { describe, expect, it } from "vitest";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { EngineHarness, item } from "../../support/engineHarness.ts";

const BELT: Partial<PrinterOptions> = { platePolicy: "self_clearing" };

/** A running queue whose first print has just ended; `hold` keeps the transition g-code from ending. */
async function between(
  options: Partial<PrinterOptions>,
  ...names: readonly string[]
): Promise<EngineHarness & { readonly release: () => void }> {
  const h = await new EngineHarness({ ...BELT, ...options }).start();
  let release = (): void => {};
  h.link.onGcode = () => new Promise((resolve) => (release = resolve));
  await h.post(...names);
  await h.startQueue();
  await h.advance(1000);
  h.link.complete();
  await h.advance(1500);
  return Object.assign(h, { release: () => release() });
}

const printed = (h: EngineHarness): readonly string[] => h.link.begun.map((path) => path.slice(-7));

describe("races of Moonraker's queue that this one does not have", () => {
  it("jobs that begin and end within one status tick: all are printed, and none is waited for", async () => {
    const h = await new EngineHarness(BELT).start();
    h.link.fates.push("tiny", "tiny", "tiny");
    await h.post("a.gcode", "b.gcode", "c.gcode");
    await h.startQueue();
    await h.advance(20_000);
    expect(printed(h)).toEqual(["a.gcode", "b.gcode", "c.gcode"]);
    expect(h.snapshot.state).toBe("paused");
  });

  it("an end told late, after the next print has begun: that print goes on and so does the queue", async () => {
    const h = await between({}, "a.gcode", "b.gcode", "c.gcode");
    expect(h.snapshot.stored.attempt?.filename).toBe("b.gcode");
    const ended = h.link.entries.at(-1);
    if (ended === undefined) throw new Error("no entry");
    h.link.tellHistory(ended);
    h.link.sayLine("Done printing file");
    h.link.pause();
    h.link.resume();
    await h.advance(1000);
    h.link.complete();
    await h.advance(3000);
    expect(printed(h)).toEqual(["a.gcode", "b.gcode", "c.gcode"]);
    expect(h.link.collisions).toBe(0);
  });

  it("a list posted with reset that was read before a job was loaded: that job is not queued again", async () => {
    const h = await new EngineHarness(BELT).start();
    await h.post("a.gcode", "b.gcode");
    const read = h.ids;
    await h.startQueue();
    await h.advance(1000);
    await h.apply({ kind: "replace", base: read, items: [item("b.gcode"), item("a.gcode")] });
    expect(h.names).toEqual(["b.gcode"]);
    expect(h.ids).toEqual(read.slice(1));
  });

  it("load_on_startup after a crash: nothing starts over the half part", async () => {
    const h = await new EngineHarness({ ...BELT, loadOnStartup: true }).start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.shutdownKlippy();
    await h.advance(1000);
    h.link.bootKlippy();
    await h.advance(20_000);
    expect(printed(h)).toEqual(["a.gcode"]);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
  });

  it("load_on_startup after a pause: it stays paused", async () => {
    const h = await new EngineHarness({ loadOnStartup: true }).start();
    await h.post("a.gcode");
    await h.apply({ kind: "pause" });
    h.link.bootKlippy();
    await h.advance(20_000);
    expect(printed(h)).toEqual([]);
    expect(h.snapshot.state).toBe("paused");
  });

  it("load_on_startup on a clear plate loads, as the option says", async () => {
    const h = await new EngineHarness({ loadOnStartup: true }).start();
    await h.post("a.gcode");
    h.link.bootKlippy();
    await h.advance(5000);
    expect(printed(h)).toEqual(["a.gcode"]);
  });
});

describe("while the delay between two prints runs", () => {
  const options = { jobTransitionDelay: 30 };

  it("a pause aborts the load at once and keeps the job", async () => {
    const h = await between(options, "a.gcode", "b.gcode");
    expect(h.snapshot.state).toBe("loading");
    await h.apply({ kind: "pause" });
    expect(h.snapshot.state).toBe("paused");
    await h.advance(60_000);
    expect(printed(h)).toEqual(["a.gcode"]);
    expect(h.names).toEqual(["b.gcode"]);
  });

  it("removing everything is told at once and loads nothing", async () => {
    const h = await between(options, "a.gcode", "b.gcode");
    await h.apply({ kind: "remove", copies: "all", strict: false });
    expect(h.snapshot.state).toBe("paused");
    await h.advance(60_000);
    expect(printed(h)).toEqual(["a.gcode"]);
  });

  it("a jump takes effect", async () => {
    const h = await between(options, "a.gcode", "b.gcode", "c.gcode");
    await h.apply({ kind: "jump", copy: h.ids[1] ?? "" });
    await h.advance(32_000);
    expect(printed(h)).toEqual(["a.gcode", "c.gcode"]);
  });

  it("a print started at the printer keeps the queue away, whether it has ended by then or not", async () => {
    const h = await between(options, "a.gcode", "b.gcode");
    h.link.startByHand("by-hand.gcode");
    await h.advance(1000);
    h.link.complete();
    await h.advance(60_000);
    expect(h.link.begun.map((path) => path.split("/").at(-1))).toEqual([
      "a.gcode",
      "by-hand.gcode",
    ]);
    expect(h.names).toEqual(["b.gcode"]);
  });
});

describe("while the g-code between two prints runs", () => {
  const options = { jobTransitionGcode: "SWEEP" };

  it("every command is answered, and takes effect", async () => {
    const h = await between(options, "a.gcode", "b.gcode", "c.gcode");
    expect(h.snapshot.stored.plate.state).toBe("clearing");
    expect(h.snapshot.state).toBe("loading");
    await h.post("d.gcode");
    await h.apply({ kind: "jump", copy: h.ids.at(-1) ?? "" });
    await h.apply({ kind: "remove", copies: h.ids.slice(1, 2), strict: true });
    await h.startQueue();
    expect(h.names).toEqual(["d.gcode", "c.gcode"]);
    h.release();
    await h.advance(3000);
    expect(printed(h)).toEqual(["a.gcode", "d.gcode"]);
  });

  it("a pause holds the load when it has ended, and keeps the job", async () => {
    const h = await between(options, "a.gcode", "b.gcode");
    await h.apply({ kind: "pause" });
    expect(h.snapshot.state).toBe("paused");
    h.release();
    await h.advance(20_000);
    expect(printed(h)).toEqual(["a.gcode"]);
    expect(h.names).toEqual(["b.gcode"]);
    expect(h.snapshot.stored.plate.state).toBe("clear");
  });

  it("its failure keeps the job, and a start after it does not print on an unswept bed", async () => {
    const h = await new EngineHarness({ ...BELT, ...options }).start();
    h.link.onGcode = () => Promise.reject(new Error("Move out of range"));
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.complete();
    await h.advance(1500);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
    await h.apply({ kind: "start", mayClearPlate: false, receivedAt: h.clock.now() });
    await h.advance(20_000);
    expect(printed(h)).toEqual(["a.gcode"]);
    expect(h.names).toEqual(["b.gcode"]);
  });

  it("Klipper may go away: the queue is not stuck, and asks", async () => {
    const h = await between(options, "a.gcode", "b.gcode");
    h.link.crashKlippy();
    h.link.bootKlippy();
    await h.advance(5000);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
    expect(h.link.asked.filter((line) => line === "gcode SWEEP")).toHaveLength(1);
    h.link.onGcode = () => {};
    await h.clearPlate();
    await h.advance(3000);
    expect(printed(h)).toEqual(["a.gcode", "b.gcode"]);
  });
});

describe("a printer without automatic transition", () => {
  it("needs a start for each copy, and is paused in between", async () => {
    const h = await between({ automaticTransition: false }, "a.gcode", "b.gcode");
    await h.advance(10_000);
    expect(h.snapshot.state).toBe("paused");
    expect(h.snapshot.reasons[0]?.map((reason) => reason.code)).toEqual(["needs_start"]);
    await h.startQueue();
    await h.advance(1000);
    expect(printed(h)).toEqual(["a.gcode", "b.gcode"]);
  });
});
