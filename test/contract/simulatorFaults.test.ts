import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { SimulatorClient } from "../support/simulatorClient.ts";

const PART = "G28\nG90\nM83\nG1 X10 Y20 E1 F3000\nG4 P100000\nM400\nG1 X60 E1\nM400\n";
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function connected(): Promise<{ printer: SimulatedPrinter; client: SimulatorClient }> {
  const printer = new SimulatedPrinter({
    name: "one",
    speed: 1000,
    clock: systemClock,
    statusInterval: 20,
    restartTime: 50,
    gcodes: { "a.gcode": PART },
  });
  const { url } = await printer.start();
  open.push(() => printer.stop());
  const client = await SimulatorClient.connect(url);
  open.push(() => client.close());
  return { printer, client };
}

async function upload(url: string, text: string): Promise<Response> {
  const form = new FormData();
  form.append("path", "sub");
  form.append("file", new Blob([text]), "b.gcode");
  return fetch(`${url}/server/files/upload`, { method: "POST", body: form });
}

const events = (printer: SimulatedPrinter, kind: string): number =>
  printer.record.entries.filter((entry) => entry.event === kind).length;

const start = { filename: "a.gcode" };

describe("faults of a simulated printer", () => {
  it("refuse a start once, with the message asked for", async () => {
    const { printer, client } = await connected();
    printer.faults.refuseStart("No", 1);
    expect((await client.call("printer.print.start", start)).error?.message).toBe("No");
    expect((await client.call("printer.print.start", start)).result).toBe("ok");
    expect(events(printer, "started")).toBe(1);
  });

  it("acknowledge a start and never carry it out", async () => {
    const { printer, client } = await connected();
    printer.faults.ignoreStart();
    expect((await client.call("printer.print.start", start)).result).toBe("ok");
    await client.call("printer.gcode.script", { script: "" });
    expect(events(printer, "started")).toBe(0);
  });

  it("carry out a start late", async () => {
    const { printer, client } = await connected();
    printer.faults.startLate(60);
    await client.call("printer.print.start", start);
    expect(events(printer, "started")).toBe(0);
    await client.notified("notify_gcode_response", "File selected");
    expect(events(printer, "started")).toBe(1);
  });

  it("carry out a start twice, as two jobs of the history", async () => {
    const { printer, client } = await connected();
    printer.faults.startTwice();
    await client.call("printer.print.start", start);
    await client.notified("notify_history_changed", '"job_id":"000002"');
    expect(events(printer, "started")).toBe(2);
  });

  it("carry out a start and lose the answer", async () => {
    const { printer, client } = await connected();
    printer.faults.ackLost();
    const id = client.send("printer.print.start", start);
    await client.notified("notify_gcode_response", "Done printing file");
    expect(client.frames.some((frame) => frame.id === id)).toBe(false);
    expect(events(printer, "finished")).toBe(1);
  });

  it("answer 201 and keep other bytes of the same size", async () => {
    const { printer } = await connected();
    printer.faults.uploadKeepsOtherBytes();
    expect((await upload(printer.url, PART)).status).toBe(201);
    const kept = await (await fetch(`${printer.url}/server/files/gcodes/sub/b.gcode`)).text();
    expect(kept).not.toBe(PART);
    expect(kept).toHaveLength(PART.length);
    await upload(printer.url, PART);
    const sha256 = createHash("sha256").update(PART).digest("hex");
    expect(printer.record.entries.at(-1)).toMatchObject({ event: "upload", sha256 });
  });

  it("fail uploads with a status, and all of them on a full disk", async () => {
    const { printer } = await connected();
    printer.faults.uploadFails(503);
    expect((await upload(printer.url, PART)).status).toBe(503);
    printer.faults.diskFull();
    expect((await upload(printer.url, PART)).status).toBe(500);
    printer.faults.clear();
    expect((await upload(printer.url, PART)).status).toBe(201);
  });

  it("fail a print in its middle", async () => {
    const { printer, client } = await connected();
    printer.faults.failMidPrint("Thermistor", 0.5);
    await client.call("printer.print.start", start);
    await client.notified("notify_history_changed", '"status":"error"');
    expect(events(printer, "failed")).toBe(1);
  });

  it("cut the link, and let it be opened again", async () => {
    const { printer, client } = await connected();
    printer.faults.dropLink();
    expect((await client.untilClosed())[0]).toBe(1006);
    const again = await SimulatorClient.connect(printer.url);
    open.push(() => again.close());
    expect((await again.call("server.info")).error).toBeUndefined();
  });

  it("stall the link and deliver everything afterwards", async () => {
    const { printer, client } = await connected();
    printer.faults.stallLink(150);
    const sent = Date.now();
    await client.call("server.info");
    expect(Date.now() - sent).toBeGreaterThanOrEqual(120);
  });

  it("switch the host off and on at the same address, with a new Klipper process", async () => {
    const { printer, client } = await connected();
    const before = printer.klippy.processId;
    await printer.faults.hostOff();
    await client.untilClosed();
    await expect(fetch(`${printer.url}/server/info`)).rejects.toThrow("fetch failed");
    await printer.faults.hostOn();
    expect((await fetch(`${printer.url}/server/info`)).status).toBe(200);
    expect(printer.klippy.processId).not.toBe(before);
  });

  it("ask for an API key", async () => {
    const { printer } = await connected();
    printer.faults.requireApiKey("secret");
    expect((await fetch(`${printer.url}/server/info`)).status).toBe(401);
    const headers = { "X-Api-Key": "secret" };
    expect((await fetch(`${printer.url}/server/info`, { headers })).status).toBe(200);
  });

  it("send every notification twice", async () => {
    const { printer, client } = await connected();
    printer.faults.duplicateFrames();
    await client.call("printer.gcode.script", { script: "M118 hello" });
    const hello = client.frames.filter((frame) => frame.params?.[0] === "echo: hello");
    expect(hello).toHaveLength(2);
  });
});
