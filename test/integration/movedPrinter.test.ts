import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { PrinterView } from "#shared/contract/farm.ts";
import { farmHistoryMethods } from "#shared/contract/farmHistory.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

/** Half a minute at this speed. */
const LONG = "G28\nG1 X10 Y10 E1 F6000\nG4 P3000000\nG1 X90 Y90 E4 F6000\nM400\n";

let simulator: SimulatorProcess;
let host: TestHost;
let farm: FarmDriver;
let printer: string;

beforeEach(async () => {
  simulator = await startSimulatorProcess({ count: 2, speed: 100 });
  host = await startTestHost();
  farm = await FarmDriver.connect(host.url);
  printer = await farm.addPrinter("shop", addressOf(0), "confirm");
  await farm.until(printer, "idle", (view) => view.activity === "idle");
  await farm.upload(printer, "part.gcode", LONG);
});

afterEach(async () => {
  await farm.close();
  await host.stop();
  await simulator.stop();
});

function addressOf(machine: number): string {
  return simulator.printers[machine]?.url ?? "";
}

async function moveTo(machine: number): Promise<void> {
  const link = { kind: "moonraker", address: addressOf(machine) };
  await farm.client.ask(PrinterView, "farm.printers.update", { printer, link });
}

async function queueAndStart(): Promise<void> {
  await farm.client.call("farm.queue.post", { printer, files: [{ filename: "part.gcode" }] });
  await farm.client.call("farm.queue.start", { printer });
}

async function started(): Promise<number> {
  const record = await simulator.record();
  return record.filter(({ event }) => event === "started").length;
}

describe("a printer that gets another address", () => {
  it("has a plate nobody has looked at, though the old one was clear", async () => {
    await farm.clearPlate(printer);
    await moveTo(1);
    await queueAndStart();
    const asked = await farm.until(
      printer,
      "its first look at the new machine",
      (view) => view.activity === "idle" && view.link.state === "connected",
    );
    expect(asked.plate.state).toBe("unknown");
    expect(asked.plate.reason).toContain("address was changed");
    expect(await started()).toBe(0);
  });

  it("asks what became of the print under way when another machine answers there", async () => {
    await farm.clearPlate(printer);
    await queueAndStart();
    await farm.until(printer, "a print", (view) => view.activity === "printing");
    await moveTo(1);
    const asked = await farm.until(
      printer,
      "a question",
      (view) => view.queue.decisions.length > 0,
    );
    expect(asked.queue.decisions).toMatchObject([{ outcome: "unknown" }]);
    expect(asked.plate.state).toBe("unknown");
    expect(await started()).toBe(1);
  });

  it("goes on with its print when the same machine answers there", async () => {
    await farm.clearPlate(printer);
    await queueAndStart();
    await farm.until(printer, "a print", (view) => view.activity === "printing");
    const link = { kind: "moonraker", address: addressOf(0).replace("127.0.0.1", "localhost") };
    await farm.client.ask(PrinterView, "farm.printers.update", { printer, link });
    const found = await farm.until(
      printer,
      "its print",
      (view) => view.activity === "printing" && view.link.state === "connected",
    );
    expect(found.current).toMatchObject({ source: "queue", filename: "part.gcode" });
    expect(found.queue.decisions).toEqual([]);
    expect(await started()).toBe(1);
  });

  it("is refused the address of another printer of the farm", async () => {
    const other = farm.addPrinter("twin", addressOf(0), "confirm");
    await expect(other).rejects.toThrow(/is shop already/);
    await farm.addPrinter("second", addressOf(1), "confirm");
    await expect(moveTo(1)).rejects.toThrow(/is second already/);
  });
});

describe("a printer that is removed by force", () => {
  it("leaves an outcome of its print in the history", async () => {
    await farm.clearPlate(printer);
    await queueAndStart();
    await farm.until(printer, "a print", (view) => view.activity === "printing");
    await farm.client.ask(z.unknown(), "farm.printers.remove", { printer, force: true });
    const { result } = farmHistoryMethods["farm.history.list"];
    const { attempts } = await farm.client.ask(result, "farm.history.list", {});
    expect(attempts).toMatchObject([
      { printer, outcome: "unknown", message: expect.stringContaining("removed") },
    ]);
  });
});
