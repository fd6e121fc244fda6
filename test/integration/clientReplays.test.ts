import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import type { PrinterView } from "#shared/contract/farm.ts";
import { ReachView } from "#shared/contract/farmReach.ts";
import { FileMetadata } from "#shared/contract/files.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "../support/apiClient.ts";
import {
  connectAsFluidd,
  connectAsMainsail,
  printFromCura,
  printFromOrca,
  printFromPrusa,
  printFromSuperSlicer,
} from "../support/clientReplays.ts";
import {
  connectAsFdmMonster,
  connectAsObico,
  pollAsHomeAssistant,
  printFromFdmMonster,
  sendFromFdmMonster,
} from "../support/companionReplays.ts";
import { connectAsKlipperScreen, connectAsMobileraker } from "../support/screenReplays.ts";
import { FarmDriver, gcodeBytes, sha256 } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const GCODE = "G90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nG4 P500\nM400\n";

/** How the printer is while the clients come; `shown` = as screens show it, null = they wait for Klippy. */
const STATES = {
  "is on": {
    arrange: async () => {},
    isSo: (view: PrinterView) => view.activity === "idle",
    shown: "ready",
  },
  "has an unreachable host": {
    arrange: (printer: SimulatedPrinter) => printer.faults.hostOff(),
    isSo: (view: PrinterView) => view.link.state === "unreachable",
    shown: null,
  },
  "has no Klippy": {
    arrange: async (printer: SimulatedPrinter) => printer.faults.klippyDisconnect(),
    isSo: (view: PrinterView) => view.klippy.state === "disconnected",
    shown: null,
  },
  "has a Klippy that is not ready": {
    arrange: async (printer: SimulatedPrinter) => printer.faults.shutdown("MCU lost"),
    isSo: (view: PrinterView) => view.klippy.state === "shutdown",
    shown: "shutdown",
  },
} as const;

let printer: SimulatedPrinter;
let dataDir: string;
let host: TestHost;
let farm: FarmDriver;
let id: string;

beforeEach(async () => {
  printer = new SimulatedPrinter({ name: "rig", speed: 200, clock: systemClock, restartTime: 200 });
  await printer.start();
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-clients-"));
  host = await startTestHost({ dataDir });
  farm = await FarmDriver.connect(host.url);
  id = await farm.addPrinter("rig", printer.url, "confirm");
  await farm.until(id, "ready", (view) => view.activity === "idle");
});

afterEach(async () => {
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe.each(["", "queue/"])("at the endpoint /printers/{id}/%s", (suffix) => {
  it.each(Object.keys(STATES) as (keyof typeof STATES)[])(
    "Mainsail, Fluidd, OrcaSlicer, PrusaSlicer, SuperSlicer and Cura come up and queue while the printer %s",
    async (state) => {
      await STATES[state].arrange(printer);
      await farm.until(id, state, STATES[state].isSo);
      const endpoint = `${farm.endpoint(id)}${suffix}`;

      const mainsail = await connectAsMainsail(endpoint);
      const fluidd = await connectAsFluidd(endpoint);
      await farm.upload(id, "front-end.gcode", GCODE);
      const filenames = ["front-end.gcode", "front-end.gcode"];
      await mainsail.call("server.job_queue.post_job", { filenames });
      await fluidd.call("server.job_queue.post_job", { filenames: ["front-end.gcode"] });
      await printFromOrca(endpoint, "orca.gcode", GCODE);
      await printFromPrusa(endpoint, "prusa.gcode", GCODE);
      await printFromSuperSlicer(endpoint, "parts/super.gcode", GCODE);
      const curaPrints = await printFromCura(endpoint, "cura.gcode", GCODE);

      expect(curaPrints).toBe(suffix === "queue/" || state === "is on");
      const { queued_jobs } = await mainsail.ask(JobQueueStatus, "server.job_queue.status");
      expect(queued_jobs.map(({ filename }) => filename)).toEqual([
        ...filenames,
        "front-end.gcode",
        "orca.gcode",
        "prusa.gcode",
        "parts/super.gcode",
        ...(curaPrints ? ["cura.gcode"] : []),
      ]);
      // Nobody has looked at the plate: nothing may have begun.
      expect(printer.record.entries.filter(({ event }) => event === "started")).toEqual([]);
      await Promise.all([mainsail.close(), fluidd.close()]);
    },
  );
});

describe.each(["", "queue/"])("at the endpoint /printers/{id}/%s", (suffix) => {
  it.each(Object.keys(STATES) as (keyof typeof STATES)[])(
    "Obico and Home Assistant come up, or wait as they do with Moonraker, while the printer %s",
    async (state) => {
      await STATES[state].arrange(printer);
      await farm.until(id, state, STATES[state].isSo);
      const endpoint = `${farm.endpoint(id)}${suffix}`;
      const ready = suffix === "queue/" || state === "is on";
      expect(await connectAsObico(endpoint)).toBe(ready);
      const hasPrinter = ready || state === "has a Klippy that is not ready";
      expect(await pollAsHomeAssistant(await ownPort(suffix))).toBe(hasPrinter);
    },
  );

  it.each(Object.keys(STATES) as (keyof typeof STATES)[])(
    "KlipperScreen, Mobileraker and FDM Monster come up, or wait as they do with Moonraker, while the printer %s",
    async (state) => {
      await STATES[state].arrange(printer);
      await farm.until(id, state, STATES[state].isSo);
      const endpoint = `${farm.endpoint(id)}${suffix}`;
      await farm.upload(id, "parts/shown.gcode", gcodeBytes("cube20_0.2mm_PETG.gcode"));
      const told = suffix === "queue/" ? "ready" : STATES[state].shown;

      const screen = await connectAsKlipperScreen(endpoint);
      expect(screen.state).toBe(told);
      const phone = await connectAsMobileraker(endpoint);
      expect(phone.state).toBe(told);
      const monster = await connectAsFdmMonster(endpoint);
      expect(monster.isOperational).toBe(told === "ready");

      // Each prints its own way: queued where it always is, else refused with the reason, and nothing queued.
      const shown = { filename: "parts/shown.gcode" };
      const refused = (error: unknown): unknown => Object(error).code;
      for (const { client } of [screen, phone]) {
        const answer = await client.call("printer.print.start", shown).catch(refused);
        expect(answer).toBe(suffix === "queue/" ? "ok" : 400);
      }
      const started = await printFromFdmMonster(endpoint, "monster.gcode", GCODE);
      expect(await started.json()).toEqual({ result: "ok" });
      const { queued_jobs } = await screen.client.ask(JobQueueStatus, "server.job_queue.status");
      expect(queued_jobs.map(({ filename }) => filename)).toEqual([
        ...(suffix === "queue/" ? [shown.filename, shown.filename] : []),
        "monster.gcode",
      ]);
      expect(printer.record.entries.filter(({ event }) => event === "started")).toEqual([]);
      await Promise.all([screen, phone, monster].map(({ client }) => client.close()));
    },
  );
});

/** For clients that know no paths: the port of an endpoint. */
async function ownPort(suffix: string): Promise<number> {
  const endpoint = suffix === "" ? "printer" : "queue";
  const { ports } = await farm.client.ask(ReachView, "farm.reach.set_port", {
    printer: id,
    endpoint,
    port: 0,
  });
  const found = ports.find((port) => port.printer === id && port.endpoint === endpoint);
  if (found === undefined) throw new Error(`no port for ${endpoint}`);
  return found.port;
}

describe("FDM Monster at a printer that is on", () => {
  it("hears on its websocket of what it subscribed to over HTTP, and moves the printer by GET", async () => {
    const endpoint = farm.endpoint(id);
    const { client } = await connectAsFdmMonster(endpoint);
    const answer = await sendFromFdmMonster(endpoint, "M104 S50");
    expect(await answer.json()).toEqual({ result: "ok" });
    await waitFor("the new target", () =>
      client.notifications.some(
        ({ method, params }) =>
          method === "notify_status_update" && /"target":50\b/.test(JSON.stringify(params)),
      ),
    );
    await client.close();
  });
});

/** The bytes of an answer, told apart from others. */
async function sha(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  return sha256(new Uint8Array(await response.arrayBuffer()));
}

describe("a print of the queue, seen through Mainsail's calls", () => {
  it("has its library name, its thumbnail and layers, and can be printed again", async () => {
    const name = "parts/bracket.gcode";
    await farm.upload(id, name, gcodeBytes("bracket_0.2mm_PETG.gcode"));
    const endpoint = farm.endpoint(id);
    const client = await connectAsMainsail(endpoint);
    const shown = async (): Promise<{ filename: string; state: string }> => {
      const { status } = await client.ask(
        z.object({
          status: z.object({ print_stats: z.object({ filename: z.string(), state: z.string() }) }),
        }),
        "printer.objects.query",
        { objects: { print_stats: ["filename", "state"] } },
      );
      return status.print_stats;
    };
    await farm.clearPlate(id);
    await client.call("printer.print.start", { filename: name });
    await waitFor("the print to show", async () => (await shown()).filename === name);

    const metadata = await client.ask(FileMetadata, "server.files.metadata", { filename: name });
    // From these it works out the layers.
    expect(metadata.object_height).toBeGreaterThan(1);
    expect(metadata.layer_height).toBe(0.2);
    const [thumbnail] = metadata.thumbnails ?? [];
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const picture = await fetch(
      `${endpoint}server/files/gcodes/${folder}${thumbnail?.relative_path ?? ""}`,
    );
    expect(picture.headers.get("content-type")).toBe("image/png");

    // Its name gets other bytes: what runs is shown as it was started; what is listed is the new file.
    await client.call("printer.print.pause");
    const before = await sha(picture);
    await farm.upload(id, name, gcodeBytes("vase_0.2mm_PETG.gcode"));
    const still = await client.ask(FileMetadata, "server.files.metadata", { filename: name });
    expect(still.object_height).toBe(metadata.object_height);
    const shownPicture = await fetch(
      `${endpoint}server/files/gcodes/${folder}${still.thumbnails?.[0]?.relative_path ?? ""}`,
    );
    expect(await sha(shownPicture)).toBe(before);
    await client.call("server.files.delete_file", { path: `gcodes/${name}` });
    expect((await fetch(`${endpoint}server/files/gcodes/${name}`)).status).toBe(200);
    expect(await client.call("server.files.metadata", { filename: name })).toMatchObject({
      object_height: metadata.object_height,
    });
    await farm.upload(id, name, gcodeBytes("bracket_0.2mm_PETG.gcode"));
    await client.call("printer.print.resume");

    await waitFor("the print to end", async () => (await shown()).state === "complete");
    await waitFor("the history to tell", async () => {
      const history = await client.call("server.history.list", { limit: 1 });
      return JSON.stringify(history).includes(`"filename":"${name}"`);
    });
    const told = client.notifications.filter(({ method }) => method === "notify_history_changed");
    expect(JSON.stringify(told)).toContain(name);
    expect(JSON.stringify(client.notifications)).not.toContain("nextplate/");

    // "Reprint" starts the name that print_stats shows; first somebody has to take the part off.
    const again = { filename: (await shown()).filename };
    await expect(client.call("printer.print.start", again)).rejects.toMatchObject({ code: 400 });
    await farm.until(id, "the plate to be occupied", (view) => view.activity === "idle");
    await farm.clearPlate(id);
    await client.call("printer.print.start", again);
    await waitFor("the second print", () => {
      const starts = printer.record.entries.filter(({ event }) => event === "started");
      return starts.length === 2;
    });
    await client.close();
  });
});
