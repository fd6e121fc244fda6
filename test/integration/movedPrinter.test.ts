import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { PrinterView } from "#shared/contract/farm.ts";
import { farmHistoryMethods } from "#shared/contract/farmHistory.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { addressBy, LINK_KINDS, type LinkBy } from "../support/linkKinds.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

/** Half a minute at this speed. */
const LONG = "G28\nG1 X10 Y10 E1 F6000\nG4 P3000000\nG1 X90 Y90 E4 F6000\nM400\n";

let by: LinkBy;
let folder: string;
let simulator: SimulatorProcess;
let host: TestHost;
let farm: FarmDriver;
let printer: string;

async function open(kind: LinkBy): Promise<void> {
  by = kind;
  folder = await mkdtemp(join(tmpdir(), "nextplate-moved-"));
  simulator = await startSimulatorProcess({ count: 2, speed: 100, klipper: folder });
  host = await startTestHost();
  farm = await FarmDriver.connect(host.url);
  printer = await farm.addPrinter("shop", addressOf(0), "confirm", by);
  await farm.until(printer, "idle", (view) => view.activity === "idle");
  await farm.upload(printer, "part.gcode", LONG);
}

afterEach(async () => {
  await farm.close();
  await host.stop();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

function addressOf(machine: number): string {
  return addressBy(by, simulator.printers[machine]);
}

/** Another way to the first machine: another name of its host, or of its socket. */
async function detourToFirst(): Promise<string> {
  if (by === "moonraker") return addressOf(0).replace("127.0.0.1", "localhost");
  const other = join(folder, "linked.sock");
  await symlink(addressOf(0), other);
  return other;
}

async function moveTo(address: string): Promise<void> {
  const link = { kind: by, address };
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

describe.each(LINK_KINDS)("a printer behind $name that gets another address", (kind) => {
  beforeEach(() => open(kind.by));

  it("has a plate nobody has looked at, though the old one was clear", async () => {
    await farm.clearPlate(printer);
    await moveTo(addressOf(1));
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
    await moveTo(addressOf(1));
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
    await moveTo(await detourToFirst());
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
    const other = farm.addPrinter("twin", addressOf(0), "confirm", by);
    await expect(other).rejects.toThrow(/is shop already/);
    await farm.addPrinter("second", addressOf(1), "confirm", by);
    await expect(moveTo(addressOf(1))).rejects.toThrow(/is second already/);
  });
});

describe.each(LINK_KINDS)("a printer behind $name that is removed by force", (kind) => {
  beforeEach(() => open(kind.by));

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
