import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";

let api: ApiHarness;
let voron: HarnessPrinter;
beforeAll(async () => {
  api = await startApiHarness();
  voron = await api.addPrinter("voron");
});
afterAll(() => api.stop());

const get = async (path: string): Promise<unknown> =>
  (await fetch(`${api.url}printers/voron/${path}`)).json();

describe("a slicer set up for OctoPrint", () => {
  it("finds a server it accepts", async () => {
    expect(await get("api/version")).toMatchObject({
      api: "0.1",
      text: expect.stringMatching(/^OctoPrint \(Moonraker v0\./),
    });
    expect(await get("api/login")).toMatchObject({ user: true });
    expect(await get("api/settings")).toMatchObject({ feature: { sdSupport: false } });
    expect(await get("api/printerprofiles")).toMatchObject({
      profiles: { _default: { name: "voron" } },
    });
  });

  it("is told that the printer is off, and that its queue takes jobs all the same", async () => {
    expect(await get("api/job")).toMatchObject({ state: "Offline" });
    expect(await get("api/server")).toMatchObject({ safemode: "settings" });
    expect(await get("queue/api/job")).toMatchObject({ state: "Operational" });
    expect(await get("queue/api/printer")).toMatchObject({
      temperature: {},
      state: { flags: { ready: true } },
    });
  });

  it("sees what the printer does", async () => {
    voron.link.becomeReady({
      print_stats: { state: "printing", filename: "a.gcode", print_duration: 60 },
      virtual_sdcard: { progress: 0.25, file_position: 10 },
      extruder: { temperature: 200, target: 210 },
      heater_bed: { temperature: 60, target: 60 },
    });
    expect(await get("api/job")).toMatchObject({
      job: { file: { name: "a.gcode" }, estimatedPrintTime: 240 },
      progress: { completion: 25, printTimeLeft: 180 },
      state: "Printing",
    });
    expect(await get("api/printer")).toMatchObject({
      temperature: { tool0: { actual: 200, target: 210 }, bed: { actual: 60 } },
    });
  });

  it("uploads and queues", async () => {
    const form = new FormData();
    form.append("print", "true");
    form.append("path", "");
    form.append("file", new Blob([TINY_GCODE]), "prusa.gcode");
    const url = `${api.url}printers/voron/queue/api/files/local`;
    const response = await fetch(url, { method: "POST", body: form });
    expect([response.status, await response.json()]).toMatchObject([201, { print_queued: true }]);
  });
});

describe("a printer's endpoint in a browser", () => {
  it.each(["printers/voron/", "printers/voron/queue/"])("%s explains itself", async (path) => {
    const response = await fetch(api.url + path);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await response.text()).toContain("/printers/voron/queue/");
  });

  it("is not there for a printer nobody knows", async () => {
    expect((await fetch(`${api.url}printers/nobody/`)).status).toBe(404);
  });
});
