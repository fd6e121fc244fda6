import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MoonrakerClient } from "moonraker-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "../support/apiClient.ts";
import { FarmDriver, gcodeBytes } from "../support/farmDriver.ts";
import { addressBy, LINK_KINDS, type LinkBy } from "../support/linkKinds.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const Frame = z.looseObject({ id: z.number().optional(), method: z.string().optional() });
const NAME = "cube.gcode";

/** The package `moonraker-client` as npm has it: it knows nothing of us. */
let client: MoonrakerClient;
let printer: SimulatedPrinter;
let dataDir: string;
let host: TestHost;
let farm: FarmDriver;
let id: string;

async function open(by: LinkBy): Promise<void> {
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-client-"));
  const folder = join(dataDir, "gcodes-of-rig");
  await mkdir(folder);
  printer = new SimulatedPrinter({
    name: "rig",
    speed: 60,
    clock: systemClock,
    klipper: { socket: `${folder}.sock`, folder },
  });
  await printer.start();
  host = await startTestHost({ dataDir });
  farm = await FarmDriver.connect(host.url);
  const address = addressBy(by, { url: printer.url, socket: printer.klippySocket?.path ?? "" });
  id = await farm.addPrinter("rig", address, "confirm", by);
  await farm.until(id, "ready", (view) => view.activity === "idle");
  await farm.until(id, "the right to start", (view) => view.master.state === "held");
  client = new MoonrakerClient({
    moonrakerUrl: farm.endpoint(id),
    httpTimeout: 10_000,
    disableRetries: true,
  });
}

async function close(): Promise<void> {
  const { underlyingWebsocket } = client.websocketClient;
  const closed = once(underlyingWebsocket, "close");
  client.websocketClient.close();
  await closed;
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** What it hears over its websocket, answers and notifications alike. */
function listen(): z.output<typeof Frame>[] {
  const frames: z.output<typeof Frame>[] = [];
  client.addWebsocketMessageListener((_, event) => {
    frames.push(Frame.parse(JSON.parse(z.string().parse(event.data))));
  });
  return frames;
}

describe.each(LINK_KINDS)(
  "moonraker-client from npm, unmodified, at the endpoint of a printer behind $name",
  ({ by }) => {
    beforeAll(() => open(by));
    afterAll(close);

    it("uploads, prints, follows, pauses, resumes and cancels", async () => {
      const frames = listen();
      const updates: object[] = [];
      client.subscribeToPrinterObjectStatusWithListener(
        { print_stats: undefined, virtual_sdcard: ["progress"] },
        (update) => updates.push(update),
      );
      const form = new FormData();
      form.append("file", new Blob([Uint8Array.from(gcodeBytes("cube20_0.2mm_PETG.gcode"))]), NAME);
      const uploaded = await client.httpRequest({
        method: "post",
        url: "/server/files/upload",
        data: form,
      });
      expect(uploaded.status).toBe(201);
      expect(uploaded.data).toMatchObject({ item: { path: NAME, root: "gcodes" } });

      // Nobody has looked at the plate: it is told so, and nothing begins.
      expect(await client.printFile(NAME)).toBe(false);
      await farm.clearPlate(id);
      expect(await client.printFile(NAME)).toBe(true);
      await waitFor("progress in its own words", async () => {
        const progress = await client.getPrintProgress();
        return progress !== undefined && progress > 0;
      });
      expect(JSON.stringify(updates)).toContain(NAME);
      expect(await client.pausePrint()).toBe(true);
      await farm.until(id, "paused", (view) => view.activity === "paused");
      expect(await client.resumePrint()).toBe(true);
      await farm.until(id, "printing again", (view) => view.activity === "printing");
      expect(await client.cancelPrint()).toBe(true);
      await farm.until(id, "idle", (view) => view.activity === "idle");

      const started = printer.record.entries.filter(({ event }) => event === "started");
      expect(started).toHaveLength(1);
      expect(JSON.stringify(frames)).not.toContain("nextplate/");
    });

    it("queues over its websocket and hears of it", async () => {
      const frames = listen();
      client.sendWebsocketMessage("server.job_queue.post_job", { filenames: [NAME, NAME] });
      await waitFor("the notification", () =>
        frames.some(({ method }) => method === "notify_job_queue_changed"),
      );
      const status = await client.httpRequest({ url: "/server/job_queue/status" });
      expect(z.looseObject({ result: z.looseObject({}) }).parse(status.data)).toMatchObject({
        result: { queued_jobs: [{ filename: NAME }, { filename: NAME }] },
      });
    });

    it("sets temperatures, runs g-code and reads them back", async () => {
      expect(await client.setExtruderTemperature(60)).toBe(true);
      expect(await client.setBedTemperature(40)).toBe(true);
      expect(await client.sendGcode("M118 hello from a client")).toBe(true);
      const data = await waitFor("the targets", async () => {
        const octoprint = await client.getOctoprintPrinterData();
        return octoprint?.temperature.tool0?.target === 60 && octoprint;
      });
      expect(data.temperature).toMatchObject({ bed: { target: 40 } });
    });
  },
);
