import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "../support/apiClient.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const GCODE = "G28\nG90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nG4 P4000\nM400\n";

let printer: SimulatedPrinter;
let host: TestHost;
let farm: FarmDriver;
let id: string;

beforeEach(async () => {
  printer = new SimulatedPrinter({
    name: "rig",
    speed: 20,
    clock: systemClock,
    restartTime: 200,
    powerDevice: "plug",
  });
  await printer.start();
  host = await startTestHost();
  farm = await FarmDriver.connect(host.url);
  id = await farm.addPrinter("rig", printer.url, "confirm");
  await farm.until(id, "ready", (view) => view.activity === "idle");
  await farm.clearPlate(id);
});

afterEach(async () => {
  await farm.close();
  await host.stop();
  await printer.stop();
});

const events = (): readonly string[] =>
  printer.record.entries.map(({ event, message }) => (event === "power" ? `${message}` : event));

describe("a printer whose power is off and whose computer is on", () => {
  it("has the file brought over, is switched on, and prints", async () => {
    await farm.client.call("farm.printers.update", {
      printer: id,
      options: { power_on: "when_job_may_start", power_device: "plug" },
    });
    printer.faults.klippyDisconnect();
    await farm.until(id, "off", (view) => view.klippy.state === "disconnected");
    await farm.upload(id, "part.gcode", GCODE);
    const files = [{ filename: "part.gcode" }];
    await farm.client.call("farm.queue.post", { printer: id, files, start: true });
    await waitFor("the print to end", async () => events().includes("finished"), 60_000);
    expect(events().filter((event) => event === "on")).toEqual(["on"]);
    expect(events().filter((event) => event === "started")).toEqual(["started"]);
    expect(events()).not.toContain("off");
  });

  it("is left off by default, with its file there already", async () => {
    printer.faults.klippyDisconnect();
    await farm.until(id, "off", (view) => view.klippy.state === "disconnected");
    await farm.upload(id, "part.gcode", GCODE);
    const files = [{ filename: "part.gcode" }];
    await farm.client.call("farm.queue.post", { printer: id, files, start: true });
    await waitFor("the file", async () => events().includes("upload"), 60_000);
    const view = await farm.view(id);
    expect(view.klippy.state).toBe("disconnected");
    expect(view.queue.rows[0]?.reasons.map(({ code }) => code)).toEqual(["klippy_disconnected"]);
    expect(events()).not.toContain("on");
  });
});
