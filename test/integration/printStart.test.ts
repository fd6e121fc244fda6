import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import type { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { ApiClient } from "../support/apiClient.ts";
import type { FarmDriver } from "../support/farmDriver.ts";
import { LINK_KINDS, type LinkBy } from "../support/linkKinds.ts";
import { Rig } from "../support/rig.ts";

/** A print that is over at once, and one that goes on for as long as a test needs; it can be paused. */
const SHORT = "G28\nG90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nM400\n";
const LONG = SHORT + "G4 P1000\n".repeat(4000);

let rig: Rig;
let printer: SimulatedPrinter;
let farm: FarmDriver;
let id: string;
/** A person at a front end. */
let client: ApiClient;

async function open(by: LinkBy): Promise<void> {
  rig = await Rig.start(by);
  ({ printer, farm, id } = rig);
  await farm.until(id, "the right to start", (view) => view.master.state === "held");
  client = await ApiClient.connect(farm.endpoint(id));
}

afterEach(async () => {
  await client.close();
  await rig.stop();
});

interface Uploaded {
  readonly print_started: boolean;
  readonly print_queued: boolean;
}
async function uploadToPrint(endpoint: string, name: string, gcode: string): Promise<Uploaded> {
  const form = new FormData();
  form.append("print", "true");
  form.append("file", new Blob([gcode]), name);
  const response = await fetch(`${endpoint}server/files/upload`, { method: "POST", body: form });
  expect(response.status).toBe(201);
  return Object(await response.json());
}
/** A start as a slicer sends it: without a websocket. Resolves to the status and the words. */
async function startOverHttp(endpoint: string, filename: string): Promise<[number, string]> {
  const query = new URLSearchParams({ filename });
  const response = await fetch(`${endpoint}printer/print/start?${query.toString()}`, {
    method: "POST",
  });
  return [response.status, await response.text()];
}
const queued = async (): Promise<string[]> => {
  const { queued_jobs } = await client.ask(JobQueueStatus, "server.job_queue.status");
  return queued_jobs.map(({ filename }) => filename);
};
const starts = (): number =>
  printer.record.entries.filter(({ event }) => event === "started").length;
const prints = (): Promise<PrinterView> =>
  farm.until(id, "the print", (view) => view.current?.state === "printing");

describe.each(LINK_KINDS)("printer.print.start at a printer behind $name", ({ by }) => {
  beforeEach(() => open(by));

  it("puts a file at the head of a queue that is not armed and prints it, alone", async () => {
    await farm.upload(id, "waiting.gcode", SHORT);
    await farm.upload(id, "now.gcode", LONG);
    await client.call("server.job_queue.post_job", { filenames: ["waiting.gcode"] });
    await farm.clearPlate(id);
    expect(await client.call("printer.print.start", { filename: "now.gcode" })).toBe("ok");
    expect((await prints()).current).toMatchObject({ filename: "now.gcode" });
    expect(await queued()).toEqual(["waiting.gcode"]);
    expect(starts()).toBe(1);
  });

  it("is SD busy while it prints and while it is paused, for slicers and people, and queues nothing", async () => {
    await farm.upload(id, "long.gcode", LONG);
    await farm.clearPlate(id);
    await client.call("printer.print.start", { filename: "long.gcode" });
    await prints();
    const busy = { code: 400, message: "SD busy" };
    const again = { filename: "long.gcode" };
    await expect(client.call("printer.print.start", again)).rejects.toMatchObject(busy);
    expect(await startOverHttp(farm.endpoint(id), "long.gcode")).toEqual([
      400,
      JSON.stringify({ error: busy }),
    ]);
    await client.call("printer.print.pause");
    await farm.until(id, "paused", (view) => view.activity === "paused");
    await expect(client.call("printer.print.start", again)).rejects.toMatchObject(busy);
    expect(await queued()).toEqual([]);
    // Where slicers queue, it is one more job, whatever the machine does.
    expect((await startOverHttp(`${farm.endpoint(id)}queue/`, "long.gcode"))[0]).toBe(200);
    expect(await queued()).toEqual(["long.gcode"]);
    expect(starts()).toBe(1);
  });

  it("names the plate and the way out while nobody has cleared it, and queues nothing", async () => {
    await farm.upload(id, "part.gcode", SHORT);
    const [status, text] = await startOverHttp(farm.endpoint(id), "part.gcode");
    expect(status).toBe(400);
    expect(text).toMatch(/plate/i);
    expect(text).toMatch(/Nothing was started or queued/);
    await expect(
      client.call("printer.print.start", { filename: "part.gcode" }),
    ).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/plate/i) });
    expect(await queued()).toEqual([]);
    expect(starts()).toBe(0);
  });

  it("after an upload that was told to print is the same wish once, and a new one from a front end", async () => {
    const endpoint = farm.endpoint(id);
    await farm.clearPlate(id);
    // Everything allows it: it starts at once, and the slicer's second request adds nothing.
    expect(await uploadToPrint(endpoint, "slicer.gcode", LONG)).toMatchObject({
      print_started: true,
      print_queued: false,
    });
    expect(await startOverHttp(endpoint, "slicer.gcode")).toEqual([200, '{"result":"ok"}']);
    await prints();
    expect(await queued()).toEqual([]);
    // Now it prints: the next waits in the queue, once.
    expect(await uploadToPrint(endpoint, "next.gcode", SHORT)).toMatchObject({
      print_started: false,
      print_queued: true,
    });
    await expect(
      client.call("printer.print.start", { filename: "next.gcode" }),
    ).rejects.toMatchObject({ message: "SD busy" });
    // Over JSON-RPC without a websocket it is a slicer's too; used up by then.
    const rpc = { jsonrpc: "2.0", method: "printer.print.start", id: 1 };
    const ask = async (): Promise<unknown> => {
      const response = await fetch(`${endpoint}server/jsonrpc`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...rpc, params: { filename: "next.gcode" } }),
      });
      return response.json();
    };
    expect(await ask()).toEqual({ jsonrpc: "2.0", result: "ok", id: 1 });
    expect(await ask()).toMatchObject({ error: { code: 400, message: "SD busy" } });
    expect(await queued()).toEqual(["next.gcode"]);
    expect(starts()).toBe(1);
  });
});

/** The three ways a printer can be off. */
const OFF = {
  "its host is unreachable": {
    arrange: () => printer.faults.hostOff(),
    isSo: (view: PrinterView) => view.link.state === "unreachable",
  },
  "Klippy is not connected": {
    arrange: async () => printer.faults.klippyDisconnect(),
    isSo: (view: PrinterView) => view.klippy.state === "disconnected",
  },
  "Klippy is not ready": {
    arrange: async () => printer.faults.shutdown("MCU lost"),
    isSo: (view: PrinterView) => view.klippy.state === "shutdown",
  },
} as const;

describe.each(Object.keys(OFF) as (keyof typeof OFF)[])("printer.print.start while %s", (kind) => {
  beforeEach(() => open("moonraker"));

  it("is refused with the reason on the truthful endpoint, and queues on the other", async () => {
    await farm.upload(id, "part.gcode", SHORT);
    await farm.clearPlate(id);
    await OFF[kind].arrange();
    await farm.until(id, "off", OFF[kind].isSo);
    const endpoint = farm.endpoint(id);
    const refused = client.call("printer.print.start", { filename: "part.gcode" });
    await expect(refused).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/Nothing was started or queued/),
    });
    expect((await startOverHttp(endpoint, "part.gcode"))[0]).toBe(400);
    expect(await queued()).toEqual([]);

    // An upload that is to be printed queues here too, and the slicer's start after it is answered with it.
    expect(await uploadToPrint(endpoint, "slicer.gcode", SHORT)).toMatchObject({
      print_queued: true,
    });
    expect(await startOverHttp(endpoint, "slicer.gcode")).toEqual([200, '{"result":"ok"}']);
    expect(await queued()).toEqual(["slicer.gcode"]);

    const slicers = `${endpoint}queue/`;
    expect((await startOverHttp(slicers, "part.gcode"))[0]).toBe(200);
    const person = await ApiClient.connect(slicers);
    expect(await person.call("printer.print.start", { filename: "part.gcode" })).toBe("ok");
    await person.close();
    expect(await queued()).toEqual(["slicer.gcode", "part.gcode", "part.gcode"]);
    for (const [method, params] of [
      ["printer.gcode.script", { script: "G28" }],
      ["printer.emergency_stop", {}],
    ] as const) {
      const done = fetch(`${slicers}${method.replaceAll(".", "/")}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(params),
      });
      // A Klippy that is shut down answers for itself.
      const words = kind === "Klippy is not ready" ? /"result"|"code":400/ : /"code":503/;
      expect(await (await done).text()).toMatch(words);
    }
    expect(starts()).toBe(0);
  });
});
