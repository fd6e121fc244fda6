import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { farmWebhookMethods } from "#shared/contract/farmWebhooks.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { systemClock } from "#shared/util/clock.ts";
import { firstFreePort } from "../../electron/main/freePort.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "../support/apiClient.ts";
import { type Ran, runProgram } from "../support/commandLine.ts";
import { examplesOf, macrosOf, renderTemplate } from "../support/docPage.ts";
import { FarmDriver, gcodeBytes } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";
import { startReceiver } from "../support/webhookReceiver.ts";

const PROJECT = join(import.meta.dirname, "../..");
const { examples, blocks } = examplesOf("automation.md");
const used = new Set<string>();

/** An example of the page, speaking to the host of the test. */
function example(name: string): string {
  used.add(name);
  const found = examples.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`docs/automation.md has no example "${name}"`);
  return found.text.replaceAll("http://127.0.0.1:7140", host.url.replace(/\/$/, ""));
}

let folder: string;
let printer: SimulatedPrinter;
let host: TestHost;
let farm: FarmDriver;
const undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-page-"));
  await writeFile(join(folder, "bracket.gcode"), gcodeBytes("cube20_0.2mm_PETG.gcode"));
  host = await startTestHost({ dataDir: join(folder, "data") });
  farm = await FarmDriver.connect(host.url);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The printer of the page, with these macros in its printer.cfg. */
async function addVoron(macros: Record<string, string[]> = {}): Promise<void> {
  printer = new SimulatedPrinter({ name: "v", speed: 500, clock: systemClock, macros });
  await printer.start();
  expect(await farm.addPrinter("Voron 1", printer.url, "confirm")).toBe("voron-1");
  await farm.until("voron-1", "idle", (view) => view.activity === "idle");
}
/** The same printer without a Moonraker. */
async function addBare(macros: Record<string, string[]>): Promise<void> {
  const klipper = { socket: join(folder, "klippy.sock"), folder: join(folder, "gcodes") };
  await mkdir(klipper.folder);
  printer = new SimulatedPrinter({ name: "v", speed: 500, clock: systemClock, macros, klipper });
  await printer.start();
  await farm.addPrinter("Voron 1", klipper.socket, "confirm", "klipper");
  await farm.until("voron-1", "idle", (view) => view.activity === "idle");
}
/** A shell in a folder with bracket.gcode, that finds `nextplate` as in a checkout. */
function shell(script: string): Promise<Ran> {
  const path = `${join(PROJECT, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
  const npx = `npx() { "${process.execPath}" "${PROJECT}/electron/cli/nextplate.ts" "\${@:2}"; }\n`;
  return runProgram("bash", ["-euc", npx + script], {
    cwd: folder,
    env: { PATH: path, NEXTPLATE_URL: host.url },
  });
}
async function program(name: string, file: string): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, example(name));
  return path;
}
const waiting = async (): Promise<string[]> =>
  (await farm.view("voron-1")).queue.rows.map(({ filename }) => filename);

describe("docs/automation.md", () => {
  it("command line: three copies are queued, started and cleared for", async () => {
    await addVoron();
    const ran = await shell(example("command-line"));
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toMatch(/queued 3 x bracket\.gcode/);
    await farm.until("voron-1", "the first of three", (view) => view.current !== null);
  });

  it("curl: a file is uploaded, queued twice and started", async () => {
    await addVoron();
    const ran = await shell(example("curl"));
    expect(ran).toMatchObject({ code: 0 });
    const last = z.object({ result: JobQueueStatus });
    const answers = ran.out.match(/\{"result".*?\}(?=\{|$)/g) ?? [];
    expect(last.parse(JSON.parse(answers.at(-1) ?? "")).result.queued_jobs).toHaveLength(2);
    expect(await waiting()).toEqual(["bracket.gcode", "bracket.gcode"]);
    expect((await farm.view("voron-1")).queue.armed).toBe(true);
  });

  it("Node: the program waits for the end of its print", async () => {
    await addVoron();
    const path = await program("node", "print-and-wait.mjs");
    const running = runProgram(process.execPath, [path, "bracket.gcode", "voron-1"], {
      cwd: folder,
    });
    await waitFor("the job", async () => (await waiting()).length === 1);
    await farm.clearPlate("voron-1");
    expect(await running).toMatchObject({ code: 0, out: "bracket.gcode: finished\n", err: "" });
  });

  it("Node: one request clears the plates of all prints that have ended", async () => {
    await addVoron();
    await shell(example("curl"));
    await farm.clearPlate("voron-1");
    await farm.until("voron-1", "the first print's end", ({ current, plate }) => {
      return current === null && plate.state === "occupied";
    });
    const path = await program("node-clear-all", "clear-all.mjs");
    const ran = await runProgram(process.execPath, [path, "Anna has looked"], { cwd: folder });
    expect(ran).toMatchObject({ code: 0, out: "voron-1: clear\n", err: "" });
    await farm.until("voron-1", "the second print", ({ current }) => current !== null);
  });

  it("Python: the file goes where the fewest jobs wait, and the program says why it waits", async () => {
    await addVoron();
    const path = await program("python", "queue_anywhere.py");
    const ran = await runProgram("python3", [path, "bracket.gcode"], { cwd: folder });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toMatch(/^bracket\.gcode waits on Voron 1, place 1\n {3}\S/);
    expect(await waiting()).toEqual(["bracket.gcode"]);
  });

  it("macro: a machine that clears its own plate prints one job after another", async () => {
    const macros = macrosOf(example("macro-eject"));
    expect(Object.keys(macros)).toEqual(["EJECT_PART"]);
    await addVoron(macros);
    expect(await shell(example("macro-eject-options"))).toMatchObject({ code: 0 });
    await shell(example("curl"));
    await farm.clearPlate("voron-1");
    const seen = (wanted: string): number =>
      printer.record.entries.filter(({ event }) => event === wanted).length;
    await waitFor("both copies to be printed", () => seen("finished") === 2);
    expect(seen("started")).toBe(2);
    // Between the two; the last part waits for a person, or for the next job.
    const ejected = printer.record.entries.filter(({ message }) => message === "EJECT_PART");
    expect(ejected).toHaveLength(1);
  });

  it.each([
    ["behind a Moonraker", "macro-pause", false],
    ["on Klipper's own socket", "macro-pause", true],
    ["on Klipper's own socket", "macro-pause-call", true],
  ])("macro: the queue is paused %s (%s)", async (_, name, isBare) => {
    const macros = macrosOf(example(name));
    if (isBare) await addBare(macros);
    else await addVoron(macros);
    await farm.upload("voron-1", "a.gcode", gcodeBytes("cube20_0.2mm_PETG.gcode"));
    const files = [{ filename: "a.gcode" }];
    await farm.client.call("farm.queue.post", { printer: "voron-1", files, start: true });
    expect((await farm.view("voron-1")).queue.armed).toBe(true);
    const script = Object.keys(macros).join("\n");
    await farm.client.call("printer.gcode.script", { printer: "voron-1", script });
    await farm.until("voron-1", "the queue to be paused", ({ queue }) => !queue.armed);
  });

  it("Home Assistant: sensors, buttons and the notification of a print that did not finish", async () => {
    await addVoron();
    const config = HomeAssistant.parse(parse(example("home-assistant")));
    await farm.upload("voron-1", "a.gcode", gcodeBytes("vase_0.2mm_PETG.gcode"));
    await farm.client.call("farm.queue.post", {
      printer: "voron-1",
      files: [{ filename: "a.gcode", copies: 2 }],
    });
    const [{ resource, sensor }] = config.rest;
    const answer: unknown = await (await fetch(resource)).json();
    const states = sensor.map(({ value_template: template }) =>
      renderTemplate(template, { value_json: answer }),
    );
    expect(states).toEqual(["paused", "2"]);
    const press = async (button: string): Promise<number> => {
      const { url, method } = z
        .object({ url: z.string(), method: z.string() })
        .parse(config.rest_command[button]);
      return (await fetch(url, { method })).status;
    };
    expect(await press("voron_1_start_queue")).toBe(200);
    expect((await farm.view("voron-1")).queue.armed).toBe(true);

    // What its webhook is posted, when a person stops the print.
    const receiver = await startReceiver();
    undo.push(() => receiver.stop());
    await farm.client.call("farm.webhooks.create", { name: "home", url: receiver.url });
    await farm.clearPlate("voron-1");
    await farm.until("voron-1", "the print", (view) => view.activity === "printing");
    expect(await press("voron_1_pause_queue")).toBe(200);
    await farm.client.call("printer.print.cancel", { printer: "voron-1" });
    const [automation] = config.automation;
    const told = await waitFor("the message that fits its conditions", () =>
      receiver.arrived.find((message) =>
        automation.conditions.every(
          (condition) =>
            message.type === "print.ended" &&
            renderTemplate(condition, { trigger: { json: message } }) === "true",
        ),
      ),
    );
    const { title, message } = automation.actions[0].data;
    const trigger = { json: told };
    expect(renderTemplate(title, { trigger })).toBe("Voron 1");
    expect(renderTemplate(message, { trigger })).toBe("a.gcode ended cancelled");
  });

  it("webhooks: the receiver takes what is signed for it, and nothing else", async () => {
    await addVoron();
    const port = await firstFreePort("127.0.0.1", 18_700 + (process.pid % 1000), 500);
    const create = example("webhook-create").replace("127.0.0.1:8000", `127.0.0.1:${port}`);
    const { out } = await shell(create);
    const created = z
      .object({ result: farmWebhookMethods["farm.webhooks.create"].result })
      .parse(JSON.parse(out)).result;
    const path = await program("webhook-receiver", "receive.py");
    const receiver = spawn("python3", [path, String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, WEBHOOK_SECRET: created.secret },
    });
    undo.push(() => end(receiver));
    let printed = "";
    receiver.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const test = () => farm.client.call("farm.webhooks.test", { id: created.view.id });
    await waitFor("the receiver", async () => Object(await test()).ok === true);

    await farm.upload("voron-1", "a.gcode", gcodeBytes("cube20_0.2mm_PETG.gcode"));
    const files = [{ filename: "a.gcode" }];
    await farm.client.call("farm.queue.post", { printer: "voron-1", files, start: true });
    await farm.clearPlate("voron-1");
    await waitFor("the end of the print", () => printed.includes("print.ended a.gcode finished"));
    const forged = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: {
        "webhook-id": "x",
        "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
        "webhook-signature": "v1,AAAA",
      },
      body: JSON.stringify({ type: "print.ended", data: {} }),
    });
    expect(forged.status).toBe(401);
  });

  it("has no example that none of these runs", () => {
    expect([...used].toSorted()).toEqual(examples.map(({ name }) => name).toSorted());
    expect(blocks, "every code block is an example").toBe(examples.length);
  });
});

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill();
  await exit;
}

/** What Home Assistant would read of the page's configuration. */
const HomeAssistant = z.object({
  rest: z.tuple([
    z.strictObject({
      resource: z.string(),
      scan_interval: z.int(),
      sensor: z.array(z.strictObject({ name: z.string(), value_template: z.string() })),
    }),
  ]),
  rest_command: z.record(z.string(), z.strictObject({ url: z.string(), method: z.string() })),
  automation: z.tuple([
    z.object({
      triggers: z.tuple([z.object({ trigger: z.literal("webhook"), webhook_id: z.string() })]),
      conditions: z.array(z.string()),
      actions: z.tuple([
        z.object({
          action: z.literal("notify.notify"),
          data: z.object({ title: z.string(), message: z.string() }),
        }),
      ]),
    }),
  ]),
});
