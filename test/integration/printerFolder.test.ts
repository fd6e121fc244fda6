import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { ApiClient, waitFor } from "../support/apiClient.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const GCODE = "G28\nG90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nG4 P20000\nM400\n";
const CUBE = "calibration/cube.gcode";
const Folder = z.object({
  dirs: z.array(z.looseObject({ dirname: z.string() })),
  files: z.array(z.looseObject({ filename: z.string() })),
});

let printer: SimulatedPrinter;
let dataDir: string;
let host: TestHost;
let farm: FarmDriver;
let id: string;
let client: ApiClient;

beforeEach(async () => {
  const gcodes = { [CUBE]: GCODE, "calibration/deep/tower.gcode": GCODE, "loose.gcode": GCODE };
  printer = new SimulatedPrinter({ name: "rig", speed: 20, clock: systemClock, gcodes });
  await printer.start();
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-folder-"));
  host = await startTestHost({ dataDir });
  farm = await FarmDriver.connect(host.url);
  id = await farm.addPrinter("rig", printer.url, "confirm");
  await farm.until(id, "ready", (view) => view.activity === "idle");
  client = await ApiClient.connect(farm.endpoint(id));
});
afterEach(async () => {
  await client.close();
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const onPrinter = (): string[] =>
  printer.files
    .list()
    .map(({ path }) => path)
    .toSorted();
/** What our own listing shows of a folder: folders first, each with a slash at its end. */
const look = async (path: string): Promise<string[]> => {
  const { dirs, files } = await client.ask(Folder, "server.files.get_directory", { path });
  const names = files.map(({ filename }) => filename).toSorted();
  return [...dirs.map(({ dirname }) => `${dirname}/`), ...names];
};
const heard = (action: string): unknown[] =>
  client.notifications
    .filter(({ method }) => method === "notify_filelist_changed")
    .map(({ params }) => params[0])
    .filter((change) => Object(change).action === action);

describe("the printer's own files, changed through us on its own Moonraker", () => {
  it("are moved, alone and with their folder, and every client hears of it", async () => {
    const answer = await client.call("server.files.move", {
      source: `gcodes/printer/${CUBE}`,
      dest: "gcodes/printer",
    });
    const told = {
      action: "move_file",
      item: { path: "printer/cube.gcode", root: "gcodes", size: GCODE.length },
      source_item: { path: `printer/${CUBE}`, root: "gcodes" },
    };
    expect(answer).toMatchObject(told);
    await waitFor("the news", () => heard("move_file").length > 0);
    expect(heard("move_file")).toEqual([expect.objectContaining({ action: "move_file" })]);
    expect(heard("move_file")[0]).toMatchObject(told);
    expect(await look("gcodes/printer")).toEqual(["calibration/", "cube.gcode", "loose.gcode"]);

    const folder = { source: "gcodes/printer/calibration", dest: "gcodes/printer/old" };
    expect(await client.call("server.files.move", folder)).toMatchObject({
      action: "move_dir",
      item: { path: "printer/old", size: 4096 },
      source_item: { path: "printer/calibration" },
    });
    expect(onPrinter()).toEqual(["cube.gcode", "loose.gcode", "old/deep/tower.gcode"]);
    expect(await look("gcodes/printer/old")).toEqual(["deep/"]);
    // A folder that has the name takes it in.
    const into = { source: "gcodes/printer/cube.gcode", dest: "gcodes/printer/old" };
    expect(await client.call("server.files.move", into)).toMatchObject({
      item: { path: "printer/old/cube.gcode" },
    });
    expect(await look("gcodes/printer/old")).toEqual(["deep/", "cube.gcode"]);
  });

  it("are copied, a folder with all in it, also over HTTP", async () => {
    const body = { source: "gcodes/printer/loose.gcode", dest: "gcodes/printer/again.gcode" };
    const response = await fetch(`${farm.endpoint(id)}server/files/copy`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(await response.json()).toMatchObject({
      result: { action: "create_file", item: { path: "printer/again.gcode" } },
    });
    const folder = { source: "gcodes/printer/calibration", dest: "gcodes/printer/kept" };
    expect(await client.call("server.files.copy", folder)).toMatchObject({
      action: "create_dir",
      item: { path: "printer/kept" },
    });
    expect(onPrinter()).toEqual([
      "again.gcode",
      CUBE,
      "calibration/deep/tower.gcode",
      "kept/cube.gcode",
      "kept/deep/tower.gcode",
      "loose.gcode",
    ]);
    await expect(client.call("server.files.copy", folder)).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/File exists/),
    });
  });

  it("get folders and lose them, full ones only when forced", async () => {
    const path = "gcodes/printer/new";
    expect(await client.call("server.files.post_directory", { path })).toMatchObject({
      action: "create_dir",
      item: { path: "printer/new" },
    });
    expect(await look("gcodes/printer")).toEqual(["calibration/", "new/", "loose.gcode"]);
    await expect(client.call("server.files.post_directory", { path })).rejects.toThrow(/exists/);
    expect(await client.call("server.files.delete_directory", { path })).toMatchObject({
      action: "delete_dir",
      item: { path: "printer/new" },
    });
    const full = { path: "gcodes/printer/calibration" };
    await expect(client.call("server.files.delete_directory", full)).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/Directory not empty/),
    });
    await client.call("server.files.delete_directory", { ...full, force: true });
    expect(onPrinter()).toEqual(["loose.gcode"]);
    expect(await look("gcodes/printer")).toEqual(["loose.gcode"]);
    await waitFor("the news", () => heard("delete_dir").length === 2);
  });

  it("are deleted, and what of them is queued prints all the same", async () => {
    const name = `printer/${CUBE}`;
    await client.call("server.job_queue.post_job", { filenames: [name] });
    await client.call("server.files.delete_file", { path: `gcodes/${name}` });
    expect(onPrinter()).not.toContain(CUBE);
    const { queued_jobs } = await client.ask(JobQueueStatus, "server.job_queue.status");
    expect(queued_jobs.map(({ filename }) => filename)).toEqual([name]);
    await farm.clearPlate(id);
    await client.call("server.job_queue.start");
    await farm.until(id, "the print", (view) => view.current?.state === "printing");
    await farm.until(id, "its end", (view) => view.current === null);
  });

  it("stay where they are while they print, with the printer's own refusal", async () => {
    const start = `${printer.url}/printer/print/start?filename=${CUBE}`;
    expect((await fetch(start, { method: "POST" })).status).toBe(200);
    await farm.until(id, "the print", (view) => view.activity === "printing");
    for (const [method, params] of [
      ["server.files.move", { source: `gcodes/printer/${CUBE}`, dest: "gcodes/printer/x.gcode" }],
      ["server.files.move", { source: "gcodes/printer/calibration", dest: "gcodes/printer/x" }],
      ["server.files.delete_directory", { path: "gcodes/printer/calibration", force: true }],
      ["server.files.delete_file", { path: `gcodes/printer/${CUBE}` }],
    ] as const) {
      await expect(client.call(method, params)).rejects.toMatchObject({
        code: 403,
        message: "File currently in use",
      });
    }
    expect(onPrinter()).toHaveLength(3);
    await farm.until(id, "its end", (view) => view.activity === "idle");
  });

  it("never show the files of ours that are brought there, whose folder nobody changes", async () => {
    await farm.upload(id, "ours.gcode", GCODE);
    await farm.clearPlate(id);
    await client.call("printer.print.start", { filename: "ours.gcode" });
    await farm.until(id, "the print", (view) => view.current?.state === "printing");
    expect(onPrinter().some((path) => path.startsWith("nextplate/"))).toBe(true);
    expect(await look("gcodes/printer")).toEqual(["calibration/", "loose.gcode"]);
    const path = "gcodes/printer/nextplate";
    await expect(
      client.call("server.files.delete_directory", { path, force: true }),
    ).rejects.toMatchObject({ code: 400 });
    await farm.until(id, "its end", (view) => view.current === null);
  });
});
