import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PrinterView } from "#shared/contract/farm.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { LEASE_TIMES } from "../../electron/host/engine/leaseMachine.ts";
import { ApiClient } from "../support/apiClient.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { type LeasedHost, startLeasedHost } from "../support/leasedHost.ts";
import { addressBy, LINK_KINDS, type LinkBy } from "../support/linkKinds.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

/** A minute of lease in ten seconds; a holder on a busy computer must not pass for a dead one. */
const TIMES = { ...LEASE_TIMES, renew: 500, stale: 10_000, startWithin: 5_000, settle: 2_200 };
/** Two seconds at that speed: long enough to be seen, short enough to be waited for. */
const PRINT = "G28\nG1 X10 Y10 E1 F6000\nG4 P400000\nG1 X90 Y90 E4 F6000\nM400\n";

let simulator: SimulatorProcess;
let folder: string;
/** How the hosts reach the machine. */
let by: LinkBy = "moonraker";
const open: { host: LeasedHost; farm: FarmDriver }[] = [];

beforeEach(async () => {
  by = "moonraker";
  folder = await mkdtemp(join(tmpdir(), "nextplate-one-master-"));
  simulator = await startSimulatorProcess({ count: 1, speed: 200, klipper: folder });
});

afterEach(async () => {
  for (const { host, farm } of open.splice(0)) {
    await farm.close();
    await host.kill();
  }
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Desk {
  readonly host: LeasedHost;
  readonly farm: FarmDriver;
  readonly printer: string;
}

/** A host of its own process with the one printer, its plate said to be clear, and files named after it. */
async function desk(name: string, copies: number): Promise<Desk> {
  const host = await startLeasedHost(name, TIMES);
  const farm = await FarmDriver.connect(host.url);
  open.push({ host, farm });
  const [machine] = simulator.printers;
  const printer = await farm.addPrinter("shared", addressBy(by, machine), "self_clearing", by);
  await farm.until(printer, "a connection", (view) => view.klippy.state === "ready");
  const names = Array.from({ length: copies }, (_, index) => `${name}-${index + 1}.gcode`);
  for (const file of names) await farm.upload(printer, file, `; ${file}\n${PRINT}`);
  const files = names.map((filename) => ({ filename }));
  await farm.client.call("farm.queue.post", { printer, files });
  // A word said before the printer has been looked at for the first time would be asked for again.
  await farm.until(printer, "a first look", ({ queue }) =>
    queue.rows.every(({ reasons }) => reasons.every(({ code }) => code !== "reconciling")),
  );
  await farm.clearPlate(printer);
  return { host, farm, printer };
}

function leaseOf({ farm, printer }: Desk, state: PrinterView["master"]["state"]) {
  return farm.until(printer, `lease ${state}`, (view) => view.master.state === state, 60_000);
}

async function start({ farm, printer }: Desk): Promise<void> {
  await farm.client.call("farm.queue.start", { printer });
}

/** Names of the files whose prints really began, oldest first. */
async function begun(): Promise<string[]> {
  const events = await simulator.record();
  return events
    .filter(({ event }) => event === "started")
    .map(({ path = "" }) => path.slice(path.lastIndexOf("/") + 1, -".gcode".length));
}

async function clearAndRunDry({ farm, printer }: Desk): Promise<void> {
  const { plate } = await farm.view(printer);
  if (plate.state !== "clear") await farm.clearPlate(printer);
  await farm.client.call("farm.queue.start", { printer });
  const isDry = (view: PrinterView): boolean =>
    view.queue.rows.length === 0 && view.current === null && view.activity === "idle";
  await farm.until(printer, "the end of the queue", isDry, 60_000).catch(async (error: unknown) => {
    const { plate: left, queue, activity } = await farm.view(printer);
    throw new Error(JSON.stringify({ left, activity, queue }), { cause: error });
  });
}

describe.each(LINK_KINDS)(
  "two hosts with one printer behind $name",
  { timeout: 180_000 },
  (kind) => {
    beforeEach(() => {
      by = kind.by;
    });

    it("let one start prints; the other says who manages it and why its rows wait", async () => {
      const a = await desk("a", 3);
      await leaseOf(a, "held");
      const b = await desk("b", 1);
      await leaseOf(b, "other");
      await start(b);
      const seen = await b.farm.view(b.printer);
      expect(seen.master.holder?.user).toBe(process.env["USER"] ?? seen.master.holder?.user);
      expect(seen.queue).toMatchObject({ state: "paused", armed: true });
      expect(seen.queue.rows[0]?.reasons.map(({ code }) => code)).toContain("not_master");
      expect(seen.attention.map(({ kind }) => kind)).toContain("not_master");
      await clearAndRunDry(a);
      expect(await begun()).toEqual(["a-1", "a-2", "a-3"]);
    });

    it("pass the lease on when its holder ends, and print every copy once", async () => {
      const a = await desk("a", 1);
      await leaseOf(a, "held");
      const b = await desk("b", 2);
      await leaseOf(b, "other");
      await clearAndRunDry(a);
      await a.host.stop();
      await leaseOf(b, "held");
      await clearAndRunDry(b);
      expect(await begun()).toEqual(["a-1", "b-1", "b-2"]);
    });

    it("pass the lease on a minute after its holder was killed, and print every copy once", async () => {
      const a = await desk("a", 2);
      await leaseOf(a, "held");
      const b = await desk("b", 2);
      await leaseOf(b, "other");
      await start(a);
      await a.farm.until(a.printer, "a print", (view) => view.activity === "printing");
      await a.host.kill();
      await leaseOf(b, "held");
      await b.farm.until(b.printer, "the machine at rest", (view) => view.activity === "idle");
      await clearAndRunDry(b);
      const prints = await begun();
      expect(prints.slice(-2)).toEqual(["b-1", "b-2"]);
      expect(new Set(prints).size).toBe(prints.length);
    });

    it("pass the lease on by a recorded take-over, and the one displaced starts nothing more", async () => {
      const a = await desk("a", 3);
      await leaseOf(a, "held");
      const b = await desk("b", 1);
      await leaseOf(b, "other");
      await start(a);
      await a.farm.until(a.printer, "a print", (view) => view.activity === "printing");
      await b.farm.client.ask(PrinterView, "farm.printers.take_over", { printer: b.printer });
      await leaseOf(b, "held");
      await leaseOf(a, "other");
      await b.farm.until(b.printer, "the machine at rest", (view) => view.activity === "idle");
      const before = await begun();
      await clearAndRunDry(b);
      expect(await begun()).toEqual([...before, "b-1"]);
      const left = (await a.farm.view(a.printer)).queue.rows.map(({ filename }) => filename);
      expect([...before, ...left.map((file) => file.slice(0, -".gcode".length))]).toEqual([
        "a-1",
        "a-2",
        "a-3",
      ]);
    });
  },
);

describe("a printer with a job queue of its own", { timeout: 180_000 }, () => {
  async function filledQueue(): Promise<{ machine: ApiClient; url: string }> {
    const url = simulator.printers[0]?.url ?? "";
    for (const name of ["one.gcode", "two.gcode"]) {
      const form = new FormData();
      form.append("file", new Blob([`; ${name}\n${PRINT}`]), name);
      await fetch(`${url}/server/files/upload`, { method: "POST", body: form });
    }
    const machine = await ApiClient.connect(`${url}/`);
    const filenames = ["one.gcode", "two.gcode", "one.gcode"];
    await machine.call("server.job_queue.post_job", { filenames });
    return { machine, url };
  }

  it("is held with one question, and after `import` its jobs are ours, once, in their order", async () => {
    const { machine } = await filledQueue();
    const a = await desk("a", 1);
    const asked = await a.farm.until(
      a.printer,
      "the question",
      (view) => view.master.foreign_queue !== null,
    );
    expect(asked.master.foreign_queue).toMatchObject({ jobs: 3, starts_by: [] });
    expect(asked.attention[0]).toMatchObject({ kind: "foreign_queue" });
    expect(asked.queue.rows[0]?.reasons.map(({ code }) => code)).toContain("foreign_queue");
    expect(await begun()).toEqual([]);

    const call = { printer: a.printer, choice: "import" };
    await Promise.all([
      a.farm.client.call("farm.printers.adopt", call),
      a.farm.client.call("farm.printers.adopt", call),
    ]);
    const left = await machine.ask(JobQueueStatus, "server.job_queue.status", {});
    expect(left).toMatchObject({ queued_jobs: [], queue_state: "paused" });
    await leaseOf(a, "held");
    await clearAndRunDry(a);
    expect(await begun()).toEqual(["a-1", "one", "two", "one"]);
    const content = createHash("sha256").update(`; two.gcode\n${PRINT}`).digest("hex");
    expect((await simulator.record()).some(({ sha256 }) => sha256 === content)).toBe(true);
    await machine.close();
  });

  it("is left alone on request, and not asked about again", async () => {
    const { machine } = await filledQueue();
    const a = await desk("a", 1);
    await a.farm.until(a.printer, "the question", (view) => view.master.foreign_queue !== null);
    await a.farm.client.call("farm.printers.adopt", { printer: a.printer, choice: "leave" });
    await leaseOf(a, "held");
    await clearAndRunDry(a);
    expect(await begun()).toEqual(["a-1"]);
    const left = await machine.ask(JobQueueStatus, "server.job_queue.status", {});
    expect(left.queued_jobs).toHaveLength(3);
    expect((await a.farm.view(a.printer)).master.foreign_queue).toBeNull();
    await machine.close();
  });
});
