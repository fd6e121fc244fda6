import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

let printer: SimulatedPrinter;
let dataDir: string;
let host: TestHost;
let farm: FarmDriver;
let endpoint: string;
let id: string;

beforeAll(async () => {
  printer = new SimulatedPrinter({ name: "rig", speed: 200, clock: systemClock });
  await printer.start();
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-roots-"));
  host = await startTestHost({ dataDir });
  farm = await FarmDriver.connect(host.url);
  id = await farm.addPrinter("rig", printer.url, "confirm");
  await farm.until(id, "ready", (view) => view.activity === "idle");
  endpoint = farm.endpoint(id);
});
afterAll(async () => {
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(dataDir, { recursive: true, force: true });
});

type Part = readonly [name: string, value: string | Blob, filename?: string];
function upload(...parts: Part[]): Promise<Response> {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, filename);
  }
  return fetch(`${endpoint}server/files/upload`, { method: "POST", body: form });
}
const file = (text: string, name: string): Part => ["file", new Blob([text]), name];

describe("an upload to a root of the printer, as an editor of printer.cfg sends it", () => {
  it.each([
    ["before", [["root", "config"], file("[mcu]\n", "printer.cfg")]],
    ["after", [file("[mcu]\n", "printer.cfg"), ["root", "config"]]],
  ] as const)("reaches the printer with the field `root` %s the file", async (_, parts) => {
    const response = await upload(...parts);
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`${endpoint}server/files/config/printer.cfg`);
    expect(await response.json()).toMatchObject({
      action: "create_file",
      item: { root: "config", path: "printer.cfg", size: 6 },
    });
    const stored = await fetch(`${endpoint}server/files/config/printer.cfg`);
    expect(await stored.text()).toBe("[mcu]\n");
  });

  it("keeps its folder, and the printer's own refusals", async () => {
    const inside = await upload(["root", "config"], ["path", "macros"], file("x", "eject.cfg"));
    expect(await inside.json()).toMatchObject({ item: { path: "macros/eject.cfg" } });
    const refused = await upload(["root", "logs"], file("x", "klippy.log"));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual({ error: { code: 400, message: expect.any(String) } });
  });

  it("is refused with the reason while the printer is off, and nothing is kept here", async () => {
    await printer.faults.hostOff();
    await farm.until(id, "off", (view) => view.link.state === "unreachable");
    const response = await upload(["root", "config"], file("[mcu]\n", "printer.cfg"));
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(
      /root .*config.* lies on the printer.*nothing was stored/,
    );
    expect(await farm.client.call("server.files.list", { printer: id })).toEqual([]);
  });
});
