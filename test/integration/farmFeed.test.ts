import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { uploadFile, waitFor } from "../support/apiClient.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { addressBy, LINK_KINDS } from "../support/linkKinds.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

/** A stroke and a long wait: nothing changes but times. */
const GCODE = "G28\nM83\nG1 X10 Y0 E1 F3000\nG4 P6000000\nM400\n";

let printer: SimulatedPrinter;
let dataDir: string;
let host: TestHost;
let farm: FarmDriver;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-feed-"));
  const folder = join(dataDir, "gcodes-of-rig");
  await mkdir(folder);
  printer = new SimulatedPrinter({
    name: "rig",
    speed: 20,
    clock: systemClock,
    klipper: { socket: `${folder}.sock`, folder },
  });
  await printer.start();
  host = await startTestHost({ dataDir });
  farm = await FarmDriver.connect(host.url);
});

afterEach(async () => {
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(dataDir, { recursive: true, force: true });
});

it.each(LINK_KINDS)(
  "tells watchers of a print's times behind $name in the live data, and sends the whole printer only for news",
  async ({ by }) => {
    const address = addressBy(by, { url: printer.url, socket: printer.klippySocket?.path ?? "" });
    const id = await farm.addPrinter("rig", address, "confirm", by);
    await farm.until(id, "ready", (view) => view.activity === "idle");
    await uploadFile(`${printer.url}/`, "part.gcode", GCODE);
    const start = `${printer.url}/printer/print/start?filename=part.gcode`;
    expect((await fetch(start, { method: "POST" })).ok).toBe(true);
    await farm.until(
      id,
      "extruding",
      (view) => (view.current?.print_duration ?? 0) > 0.5 && view.activity === "printing",
    );

    const { client } = farm;
    client.notifications.length = 0;
    const told = (method: string): number =>
      client.notifications.filter((notification) => notification.method === method).length;
    await client.call("farm.snapshot");
    await waitFor("eight looks at the print", () => told("notify_farm_live") >= 8);
    expect(told("notify_farm_changed")).toBeLessThanOrEqual(1);
  },
);
