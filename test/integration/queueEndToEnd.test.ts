import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { ApiClient } from "../support/apiClient.ts";
import {
  FarmDriver,
  GCODE_FILES,
  gcodeBytes,
  sha256,
  type GcodeFile,
} from "../support/farmDriver.ts";
import { type HostProcess, startHostProcess } from "../support/hostUnderTest.ts";
import {
  type RecordedEvent,
  type SimulatorProcess,
  startSimulatorProcess,
} from "../support/simulatorProcess.ts";

/** A cube's half hour in a few seconds. */
const SPEED = 600;

const FOR_FIRST: readonly GcodeFile[] = [
  "cube20_0.2mm_PETG.gcode",
  "bracket_0.2mm_PETG.gcode",
  "hex-spacer_0.2mm_PETG.gcode",
];
/** The first prints long enough for a host to die and come back on a busy computer. */
const FOR_KILL: readonly GcodeFile[] = ["vase_0.2mm_PETG.gcode", "hex-spacer_0.2mm_PETG.gcode"];
const FOR_SECOND: GcodeFile = "vase_0.2mm_PETG.gcode";

let folder: string;
let simulators: SimulatorProcess;
let host: HostProcess;
let farm: FarmDriver;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-e2e-"));
  simulators = await startSimulatorProcess({
    count: 2,
    speed: SPEED,
    klipper: join(folder, "klipper"),
  });
  host = await startHostProcess(folder);
  farm = await FarmDriver.connect(host.url);
});

afterEach(async () => {
  await farm.close();
  await host.kill();
  await simulators.stop();
  await rm(folder, { recursive: true, force: true });
});

async function restartHost(): Promise<void> {
  await host.kill();
  await farm.close();
  host = await startHostProcess(folder);
  farm = await FarmDriver.connect(host.url);
}

/** Starts the machines' record tells of, with the bytes each was started with. */
async function starts(printer: number): Promise<{ path: string; sha256: string }[]> {
  const name = simulators.printers[printer]?.name;
  const events: readonly RecordedEvent[] = await simulators.record();
  return events
    .filter((event) => event.printer === name && event.event === "started")
    .map((event) => ({ path: event.path ?? "", sha256: event.sha256 ?? "" }));
}

const started = (files: readonly GcodeFile[]) =>
  files.map((name) => ({ path: expect.stringContaining(name), sha256: sha256(gcodeBytes(name)) }));

/**
 * Both printers added, their plates looked at, the four files in their libraries. The first is reached
 * through its Moonraker, the second through Klipper's own socket.
 */
async function setUp(policy: "confirm" | "self_clearing"): Promise<[string, string]> {
  const ids: string[] = [];
  for (const [index, { name, url, socket }] of simulators.printers.entries()) {
    const [address, kind] =
      index === 0 ? [url, "moonraker" as const] : [socket, "klipper" as const];
    ids.push(await farm.addPrinter(name, address, policy, kind));
  }
  const [first = "", second = ""] = ids;
  for (const id of ids) {
    for (const name of GCODE_FILES) await farm.upload(id, name, gcodeBytes(name));
    await farm.until(id, "ready", (view) => view.activity === "idle");
    await farm.clearPlate(id);
  }
  return [first, second];
}

async function queueByWebsocket(printer: string, filenames: readonly string[]): Promise<void> {
  const client = await ApiClient.connect(farm.endpoint(printer));
  const posted = await client.ask(JobQueueStatus, "server.job_queue.post_job", { filenames });
  expect(posted.queued_jobs.map((job) => job.filename)).toEqual(filenames);
  expect(posted.queue_state).toBe("paused");
  await client.call("server.job_queue.start");
  await client.close();
}

/** How often the machine has started when, under `confirm`, the plate is first asked about. */
async function startsBeforeAnyWord(
  printer: string,
  index: number,
  policy: string,
): Promise<number> {
  if (policy === "confirm") {
    await farm.until(
      printer,
      "the plate's question",
      ({ current, plate, queue }) =>
        current === null && plate.state === "occupied" && queue.state === "paused",
    );
  }
  return (await starts(index)).length;
}

describe.each(["confirm", "self_clearing"] as const)("two printers under %s", (policy) => {
  it("print every queued file once, in order, with the right bytes", async () => {
    const [first, second] = await setUp(policy);
    await queueByWebsocket(first, FOR_FIRST);
    await queueByWebsocket(second, [FOR_SECOND]);
    await Promise.all([farm.runDry(first, policy), farm.runDry(second, policy)]);
    expect(await starts(0)).toEqual(started(FOR_FIRST));
    expect(await starts(1)).toEqual(started([FOR_SECOND]));
  });
});

describe.each([
  ["self_clearing", 0, "its Moonraker"],
  ["confirm", 0, "its Moonraker"],
  ["confirm", 1, "Klipper's own socket"],
  ["self_clearing", 1, "Klipper's own socket"],
] as const)("a queue under %s, at printer %i behind %s", (policy, index, _way) => {
  it("loses nothing when the host is killed in the middle of a print", async () => {
    const id = (await setUp(policy))[index];
    await queueByWebsocket(id, FOR_KILL);
    await farm.until(id, "the first print", (view) => view.activity === "printing");
    const before = await farm.view(id);
    await restartHost();

    const after = await farm.until(id, "the print again", (view) => view.activity === "printing");
    expect(after.queue.rows.map((row) => row.job_id)).toEqual(
      before.queue.rows.map((row) => row.job_id),
    );
    expect(after.queue.armed).toBe(true);
    expect(after.current).toMatchObject({
      source: "queue",
      filename: FOR_KILL[0],
      attempt: before.current?.attempt,
      job_id: before.current?.job_id,
    });
    expect(await startsBeforeAnyWord(id, index, policy)).toBe(1);
    await farm.runDry(id, policy);
    expect(await starts(index)).toEqual(started(FOR_KILL));
  });
});
