import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { FarmSnapshot, PrinterView } from "#shared/contract/farm.ts";
import { demoGcode } from "../../../electron/simulator/demoGcode.ts";
import { ApiClient, uploadFile, waitFor } from "../../support/apiClient.ts";
import { HostProcess } from "../../support/hostProcess.ts";
import { runBehind } from "./runBehind.ts";
import { Witnesses } from "./witnesses.ts";
import { startSimulatorProcess, type SimulatorProcess } from "../../support/simulatorProcess.ts";

const FILE = "tower_0.2mm_PLA.gcode";
/** Copies that wait on every printer, and on the first one. */
const FEW = 4;
const MANY = 1000;

/** A real host and simulated printers, each a process: all print, and report four times a second. */
export class BusyFarm {
  readonly url: string;
  /** Id of the printer with the longest queue. */
  readonly longQueue: string;
  readonly #host: HostProcess;
  readonly #simulators: SimulatorProcess;
  readonly #dataDir: string;
  readonly #witnesses: Witnesses;

  private constructor(
    host: HostProcess,
    simulators: SimulatorProcess,
    dataDir: string,
    witnesses: Witnesses,
    longQueue: string,
  ) {
    this.url = host.url;
    this.longQueue = longQueue;
    this.#host = host;
    this.#simulators = simulators;
    this.#dataDir = dataDir;
    this.#witnesses = witnesses;
  }

  /** Resolves when every printer prints and has its queue. */
  static async start(count: number): Promise<BusyFarm> {
    const simulators = await startSimulatorProcess({ count });
    // They stand for three hundred computers elsewhere, so they wait for everything else here; whether they
    // report in time all the same is counted at some of them.
    runBehind(simulators.pid, constants.priority.PRIORITY_LOW);
    // Where the system has it: a processor on which nothing but these runs counts as free.
    spawnSync("chrt", ["--all-tasks", "--idle", "--pid", "0", `${simulators.pid}`]);
    const dataDir = await mkdtemp(join(tmpdir(), "nextplate-bench-ui-"));
    const host = await HostProcess.start({ dataDir });
    const client = await ApiClient.connect(host.url);
    // 2 h 40 min: nobody finishes while we measure.
    const gcode = demoGcode({ layers: 600, side: 80, material: "PLA" });
    const ids: string[] = [];
    for (const { url, name } of simulators.printers) {
      const link = { kind: "moonraker", address: url };
      ids.push((await client.ask(PrinterView, "farm.printers.add", { link, name })).id);
      await uploadFile(`${url}/`, FILE, gcode);
      await post(`${url}/printer/print/start?filename=${FILE}`);
    }
    const form = new FormData();
    form.append("file", new Blob([gcode]), FILE);
    await post(`${host.url}farm/library/upload`, form);
    const queue = { tree: "farm:", paths: [FILE] };
    await client.call("farm.library.queue", { ...queue, printers: ids, copies: FEW });
    const [longQueue = ""] = ids;
    const files = Array.from({ length: MANY - FEW }, () => ({ filename: FILE }));
    await client.call("farm.queue.post", { printer: longQueue, files });
    await waitFor(
      `${count} printers to print`,
      async () => {
        const { printers } = await client.ask(FarmSnapshot, "farm.snapshot", {});
        return printers.every(({ activity }) => activity === "printing");
      },
      120_000,
    );
    await client.close();
    const urls = simulators.printers.map(({ url }) => url);
    const witnesses = await Witnesses.listen(urls);
    return new BusyFarm(host, simulators, dataDir, witnesses, longQueue);
  }

  /** Reports a second that each printer sent since the last call. */
  takeReports(): number {
    return this.#witnesses.take();
  }

  async stop(): Promise<void> {
    await this.#witnesses.close();
    await this.#host.stop();
    await this.#simulators.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

async function post(url: string, body?: FormData): Promise<void> {
  const answer = await fetch(url, { method: "POST", ...(body === undefined ? {} : { body }) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}
