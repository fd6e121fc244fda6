import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

/** A printer behind Klipper's own socket: no history, only output and print_stats. */
async function bareKlipper(): Promise<EngineHarness> {
  const h = new EngineHarness();
  h.link.keepsHistory = false;
  return h.start();
}

const printed = (h: EngineHarness): readonly string[] =>
  h.link.begun.map((path) => path.split("/").at(-1) ?? "");
const plate = (h: EngineHarness): string => h.snapshot.stored.plate.state;
const decisions = (h: EngineHarness): readonly string[] =>
  h.snapshot.stored.undecided.map((attempt) => attempt.state);

describe("a printer that keeps no history", () => {
  it("prints each copy once, by its output and status alone", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode", "a.gcode");
    await h.startQueue();
    await h.advance(2_000);
    expect(h.snapshot.stored.attempt?.state).toBe("printing");
    h.link.complete();
    await h.advance(2_000);
    expect(plate(h)).toBe("occupied");
    await h.clearPlate();
    await h.advance(10_000);
    h.link.complete();
    await h.advance(2_000);
    expect(printed(h)).toEqual(["a.gcode", "a.gcode"]);
    expect(h.names).toEqual([]);
    expect(decisions(h)).toEqual([]);
  });

  it("counts a print shorter than a status tick as finished, and prints it once", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode", "b.gcode");
    h.link.fates.push("tiny");
    await h.startQueue();
    await h.advance(5_000);
    expect(h.snapshot.stored.attempt).toBeNull();
    expect(printed(h)).toEqual(["a.gcode"]);
    expect(h.names).toEqual(["b.gcode"]);
    expect(plate(h)).toBe("occupied");
    expect(decisions(h)).toEqual([]);
  });

  it("gives a copy back whose start was refused, and its plate with it", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode");
    h.link.fates.push("refuse");
    await h.startQueue();
    await h.advance(10_000);
    expect(h.names).toEqual(["a.gcode"]);
    expect(plate(h)).toBe("clear");
  });

  it("knows nothing of a plate after a restart of Klippy", async () => {
    const h = await bareKlipper();
    expect(plate(h)).toBe("clear");
    h.link.bootKlippy();
    await h.settle();
    expect(plate(h)).toBe("unknown");
  });

  it("keeps a plate's word over a mere break of the connection", async () => {
    const h = await bareKlipper();
    h.link.disconnect();
    await h.advance(60_000);
    h.link.connect();
    await h.advance(1_000);
    expect(plate(h)).toBe("clear");
  });

  it("asks a person when Klippy was restarted after a start was sent", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode");
    h.link.fates.push("lose");
    await h.startQueue();
    h.link.disconnect();
    h.link.bootKlippy();
    h.link.connect();
    await h.advance(20_000);
    expect(decisions(h)).toEqual(["unknown"]);
    expect(plate(h)).toBe("unknown");
    expect(printed(h)).toEqual([]);
  });

  it("asks a person when the connection broke behind a start and nothing shows what became of it", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode", "b.gcode");
    h.link.fates.push("lose");
    await h.startQueue();
    h.link.disconnect();
    // Idle as before the start: never begun, or printed to an end that resets the file.
    h.link.connect();
    await h.advance(20_000);
    expect(decisions(h)).toEqual(["unknown"]);
    expect(plate(h)).toBe("unknown");
    expect(printed(h)).toEqual([]);
  });

  it("trusts a former print that is still there: Klipper forgets it with every start", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(2_000);
    h.link.complete();
    await h.advance(2_000);
    h.link.fates.push("lose");
    await h.clearPlate();
    await h.advance(100);
    h.link.disconnect();
    h.link.connect();
    await h.advance(30_000);
    expect(decisions(h)).toEqual([]);
    expect(printed(h)).toEqual(["a.gcode", "b.gcode"]);
  });

  it("takes a second selection of the same file behind its end for somebody else's print", async () => {
    const h = await bareKlipper();
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(2_000);
    const path = h.link.begun[0] ?? "";
    h.link.complete();
    h.link.sayLine(`File opened:${path} Size:70`);
    h.link.sayLine("File selected");
    await h.advance(2_000);
    expect(h.snapshot.stored.plate).toMatchObject({
      state: "occupied",
      reason: "Another print was begun at the printer.",
    });
  });
});

describe("a macro that calls a queue's remote method, or says its name as a host command", () => {
  it.each([
    ["calls", (h: EngineHarness, name: string) => h.link.callRemoteMethod(name)],
    ["says", (h: EngineHarness, name: string) => h.link.sayLine(`// action:${name}`)],
  ])("starts the queue without a word on the plate, and pauses it (%s)", async (_, ask) => {
    const h = await bareKlipper();
    const { revision } = h.snapshot.stored.plate;
    await h.apply({ kind: "set_plate", state: "occupied", revision, note: "", grace: false });
    await h.post("a.gcode");
    ask(h, "start_job_queue");
    await h.advance(5_000);
    expect(h.snapshot.stored.armed).toBe(true);
    expect(plate(h)).toBe("occupied");
    expect(printed(h)).toEqual([]);
    ask(h, "pause_job_queue");
    await h.settle();
    expect(h.snapshot.stored.armed).toBe(false);
  });

  it("does nothing for names that are no queue's", async () => {
    const h = await bareKlipper();
    const before = h.snapshot;
    h.link.callRemoteMethod("toString");
    h.link.sayLine("// action:toString");
    h.link.sayLine("// action:pause_job_queue now");
    h.link.sayLine("echo: // action:pause_job_queue");
    await h.settle();
    expect(h.snapshot).toBe(before);
  });
});
