import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import type { LinkBy } from "../support/linkKinds.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

/** A few seconds at 20 times real speed. */
const GCODE = "G28\nG90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nG4 P12000\nM400\n";

/** The three ways a printer can be off: how to get there, and how to come back. */
const OFF = {
  "its host is unreachable": {
    off: (printer: SimulatedPrinter) => printer.faults.hostOff(),
    on: (printer: SimulatedPrinter) => printer.faults.hostOn(),
    isOff: (view: PrinterView) => view.link.state === "unreachable",
    activity: "offline",
    reason: "link_down",
  },
  "Klippy is not connected": {
    off: async (printer: SimulatedPrinter) => printer.faults.klippyDisconnect(),
    on: async (printer: SimulatedPrinter) => printer.faults.klippyConnect(),
    isOff: (view: PrinterView) =>
      view.link.state === "connected" && view.klippy.state === "disconnected",
    activity: "offline",
    reason: "klippy_disconnected",
  },
  "Klippy is not ready": {
    off: async (printer: SimulatedPrinter) => printer.faults.shutdown("MCU lost"),
    on: async (printer: SimulatedPrinter) => printer.faults.klippyRestart(),
    isOff: (view: PrinterView) => view.klippy.state === "shutdown",
    activity: "error",
    reason: "klippy_not_ready",
  },
} as const;

let printer: SimulatedPrinter;
let dataDir: string;
let host: TestHost;
let farm: FarmDriver;
let id: string;

async function open(by: LinkBy): Promise<void> {
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-off-"));
  const gcodes = join(dataDir, "gcodes-of-rig");
  mkdirSync(gcodes);
  const klipper = { socket: `${gcodes}.sock`, folder: gcodes };
  printer = new SimulatedPrinter({
    name: "rig",
    speed: 20,
    clock: systemClock,
    restartTime: 200,
    ...(by === "klipper" && { klipper }),
  });
  await printer.start();
  host = await startTestHost({ dataDir });
  farm = await FarmDriver.connect(host.url);
  const address = printer.klippySocket?.path ?? printer.url;
  id = await farm.addPrinter("rig", address, "confirm", by);
  await farm.until(id, "ready", (view) => view.activity === "idle");
}

afterEach(async () => {
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const starts = (): number =>
  printer.record.entries.filter(({ event }) => event === "started").length;

async function queueWhileOff(kind: keyof typeof OFF): Promise<void> {
  await OFF[kind].off(printer);
  await farm.until(id, "off", OFF[kind].isOff);
  await farm.upload(id, "part.gcode", GCODE);
  await farm.client.call("farm.queue.post", {
    printer: id,
    files: [{ filename: "part.gcode" }],
    start: true,
  });
}

describe.each([
  "its host is unreachable",
  "Klippy is not connected",
  "Klippy is not ready",
] as const)("a job queued while %s", (kind) => {
  beforeEach(() => open("moonraker"));

  it("is kept with its reason, and prints when the printer comes on: nothing happened meanwhile", async () => {
    await farm.clearPlate(id);
    await queueWhileOff(kind);
    const waiting = await farm.view(id);
    expect(waiting.activity).toBe(OFF[kind].activity);
    expect(waiting.queue.rows).toMatchObject([{ filename: "part.gcode" }]);
    expect(waiting.queue.rows[0]?.reasons.map((reason) => reason.code)).toContain(OFF[kind].reason);
    expect(starts()).toBe(0);

    await OFF[kind].on(printer);
    await farm.until(id, "the print", (view) => view.current?.state === "printing");
    const { queue } = await farm.until(id, "its end", (view) => view.current === null);
    expect(queue.decisions).toEqual([]);
    expect(starts()).toBe(1);
  });
});

describe("a job queued while a bare Klipper is not ready", () => {
  beforeEach(() => open("klipper"));

  it("waits for a word on the plate, since no history tells what a restart hides, and prints once", async () => {
    await farm.clearPlate(id);
    await queueWhileOff("Klippy is not ready");
    await OFF["Klippy is not ready"].on(printer);
    const asked = await farm.until(id, "the question", (view) => view.plate.state === "unknown");
    expect(asked.attention.map(({ kind }) => kind)).toContain("plate");
    expect(starts()).toBe(0);
    await farm.clearPlate(id);
    await farm.until(id, "the print", (view) => view.current?.state === "printing");
    const { queue } = await farm.until(id, "its end", (view) => view.current === null);
    expect(queue.decisions).toEqual([]);
    expect(starts()).toBe(1);
  });
});

/** Behind its own socket a Klipper that does not run is a host that cannot be reached. */
describe.each([
  ["its host is unreachable", "moonraker"],
  ["Klippy is not connected", "moonraker"],
  ["Klippy is not ready", "moonraker"],
  ["Klippy is not ready", "klipper"],
] as const)("a job queued while %s (%s)", (kind, by) => {
  beforeEach(() => open(by));

  it("asks when a print was made meanwhile by somebody else", async () => {
    await farm.clearPlate(id);
    await queueWhileOff(kind);
    printer.files.put("by-hand.gcode", Buffer.from("G90\nG92 E0\nG4 P1000\nM400\n"), 1);
    await OFF[kind].on(printer);
    await fetchUntilStarted(printer);
    const asked = await farm.until(
      id,
      "the question",
      (view) =>
        view.link.state === "connected" && view.plate.state !== "clear" && view.current === null,
    );
    expect(asked.queue).toMatchObject({ state: "paused", rows: [{ filename: "part.gcode" }] });
    expect(asked.attention.map(({ kind: what }) => what)).toContain("plate");
    const ours = printer.record.entries.filter(
      ({ event, path }) => event === "started" && path !== "by-hand.gcode",
    );
    expect(ours).toEqual([]);
  });

  it("stays in the queue over a restart of the host, and waits while the plate was never looked at", async () => {
    await queueWhileOff(kind);
    await farm.close();
    await host.stop();
    const again = await startTestHost({ dataDir: host.dataDir });
    farm = await FarmDriver.connect(again.url);
    host = again;
    await OFF[kind].on(printer);
    const asked = await farm.until(id, "ready", (view) => view.activity === "idle");
    expect(asked.queue).toMatchObject({ armed: true, rows: [{ filename: "part.gcode" }] });
    expect(asked.plate.state).toBe("unknown");
    expect(starts()).toBe(0);
  });
});

/** Starts a print at the machine itself, as soon as it takes one, before our host has looked at it. */
async function fetchUntilStarted(target: SimulatedPrinter): Promise<void> {
  for (let n = 0; n < 400; n++) {
    const answer = await fetch(`${target.url}/printer/print/start?filename=by-hand.gcode`, {
      method: "POST",
    }).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the printer did not take a print");
}
