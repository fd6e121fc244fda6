import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OptionsView, type PrinterView, QueueView } from "#shared/contract/farm.ts";
import { PrinterId } from "#shared/domain/ids.ts";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { openStore } from "../../electron/host/store/openStore.ts";
import { type RecordEntry, SimulatorRecord } from "../../electron/simulator/record.ts";
import {
  SimulatedPrinter,
  type SimulatedPrinterOptions,
} from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "./apiClient.ts";
import { FarmDriver, sha256 } from "./farmDriver.ts";
import { type Plate, plateOf } from "./plateRecord.ts";
import { startTestHost, type TestHost } from "./testHost.ts";

export interface StageOptions {
  /** Machines with a printer each; 1 by default. */
  readonly machines?: number;
  readonly options?: Partial<OptionsView>;
  readonly machine?: Partial<SimulatedPrinterOptions>;
  /** How the host reaches the machines; "moonraker" by default. */
  readonly by?: "moonraker" | "klipper";
}

/** Milliseconds a print of `part` takes at the machines' speed. */
const PART_TIME = 300;

/** G-code of a print of about so many milliseconds, different for every name. */
export function part(name: string, milliseconds = PART_TIME): string {
  const steps = Math.ceil(milliseconds / 20);
  const moves = Array.from({ length: steps }, (_, n) => `G1 X${10 + (n % 50)} E1\nG4 P20000`);
  return `; ${name}\nG28\nG90\nM83\nG1 X10 Y20 F3000\n${moves.join("\n")}\nM400\n`;
}

/** A record that can be listened to: what a test does at a certain step, it does in that very step. */
class WatchedRecord extends SimulatorRecord {
  readonly #waiting: { event: RecordEntry["event"]; strike: () => void }[] = [];

  on(event: RecordEntry["event"], strike: () => void): void {
    this.#waiting.push({ event, strike });
  }

  override append(entry: RecordEntry): void {
    super.append(entry);
    const index = this.#waiting.findIndex(({ event }) => event === entry.event);
    if (index !== -1) this.#waiting.splice(index, 1)[0]?.strike();
  }
}

interface Machine {
  readonly simulated: SimulatedPrinter;
  readonly record: WatchedRecord;
  /** Wall milliseconds at which a person emptied the plate. */
  readonly emptied: number[];
}

/**
 * A whole host with simulated printers on the real wire, and the person in front of them: queues files, takes
 * parts off and says so, answers questions. It keeps the books that `end` judges.
 */
export class FaultStage {
  readonly #machines: readonly Machine[];
  readonly #folder: string;
  readonly #policy: OptionsView["plate_policy"];
  /** Printer ids, in the order of the machines. */
  readonly printers: string[] = [];
  /** Prints asked for, per file. */
  readonly #wanted = new Map<string, number>();
  /** Copies that a person took back. */
  readonly #givenUp = new Set<string>();
  readonly #copies = new Map<string, string>();
  host: TestHost;
  farm: FarmDriver;

  private constructor(
    machines: readonly Machine[],
    folder: string,
    policy: OptionsView["plate_policy"],
    host: TestHost,
    farm: FarmDriver,
  ) {
    this.#machines = machines;
    this.#folder = folder;
    this.#policy = policy;
    this.host = host;
    this.farm = farm;
  }

  /** Everything is closed by `onEnd`. */
  static async open(
    onEnd: (close: () => Promise<void>) => void,
    { machines: count = 1, options = {}, machine = {}, by = "moonraker" }: StageOptions = {},
  ): Promise<FaultStage> {
    const folder = await mkdtemp(join(tmpdir(), "nextplate-fault-"));
    const machines = Array.from({ length: count }, (_, n) => {
      const record = new WatchedRecord();
      const gcodes = join(folder, `machine-${n + 1}`);
      mkdirSync(gcodes);
      const simulated = new SimulatedPrinter({
        name: `machine ${n + 1}`,
        speed: 1000,
        clock: systemClock,
        seed: n + 1,
        statusInterval: 100,
        restartTime: 300,
        record,
        ...(by === "klipper" ? { klipper: { socket: `${gcodes}.sock`, folder: gcodes } } : {}),
        ...machine,
      });
      return { simulated, record, emptied: [] };
    });
    for (const { simulated } of machines) await simulated.start();
    const host = await startTestHost({ dataDir: folder });
    const farm = await FarmDriver.connect(host.url);
    const policy = options.plate_policy ?? "confirm";
    const stage = new FaultStage(machines, folder, policy, host, farm);
    onEnd(() => stage.#close());
    for (const { simulated } of machines) {
      const socket = simulated.klippySocket?.path ?? "";
      const address = by === "klipper" ? socket : simulated.url;
      const id = await farm.addPrinter(simulated.name, address, policy, by);
      stage.printers.push(id);
      if (Object.keys(options).length > 0) {
        await farm.client.call("farm.printers.update", { printer: id, options });
      }
      await farm.until(id, "the printer to be there", (view) => view.activity === "idle");
    }
    return stage;
  }

  printer(n = 0): string {
    return present(this.printers[n]);
  }

  machine(n = 0): SimulatedPrinter {
    return present(this.#machines[n]).simulated;
  }

  /** Runs `strike` in the very turn in which the machine notes the next such event. */
  on(event: RecordEntry["event"], strike: (machine: SimulatedPrinter) => void, n = 0): void {
    const { record, simulated } = present(this.#machines[n]);
    record.on(event, () => strike(simulated));
  }

  view(n = 0): Promise<PrinterView> {
    return this.farm.view(this.printer(n));
  }

  until(what: string, fits: (view: PrinterView) => boolean, n = 0): Promise<PrinterView> {
    return this.farm.until(this.printer(n), what, fits, 60_000);
  }

  call(method: string, params: object = {}, n = 0): Promise<unknown> {
    return this.farm.client.call(method, { printer: this.printer(n), ...params });
  }

  /** Uploads a part to a printer's library and queues one copy of it. */
  async queue(name: string, milliseconds?: number, n = 0): Promise<string> {
    await this.farm.upload(this.printer(n), name, part(name, milliseconds));
    this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + 1);
    const posted = await this.farm.client.ask(QueueView, "farm.queue.post", {
      printer: this.printer(n),
      files: [{ filename: name }],
    });
    const id = present(posted.rows.findLast((row) => row.filename === name)).job_id;
    this.#copies.set(id, name);
    return id;
  }

  start(n = 0): Promise<unknown> {
    return this.call("farm.queue.start", {}, n);
  }

  /** Takes off whatever lies on the plate and says so. */
  async clear(n = 0): Promise<void> {
    present(this.#machines[n]).emptied.push(Date.now());
    await this.farm.clearPlate(this.printer(n));
  }

  /** Queues files on a machine whose plate is clear, and starts. */
  async print(names: readonly string[], milliseconds?: number, n = 0): Promise<void> {
    for (const name of names) await this.queue(name, milliseconds, n);
    await this.start(n);
    await this.clear(n);
  }

  /** Answers an open decision. */
  async decide(decision: "retry" | "requeue" | "dismiss", n = 0): Promise<void> {
    const { queue } = await this.until("a decision", (view) => view.queue.decisions.length > 0, n);
    const { attempt, filename, job_id: id } = present(queue.decisions[0]);
    if (decision === "dismiss") this.#givenUp.add(id);
    else this.#wanted.set(filename, (this.#wanted.get(filename) ?? 0) + 1);
    await this.call("farm.queue.decide", { attempt, decision }, n);
  }

  /** Takes a copy back; false when the queue says that it is too late. */
  async remove(id: string, n = 0): Promise<boolean> {
    const isRemoved = await this.call("farm.queue.remove", { job_ids: [id] }, n).then(
      () => true,
      () => false,
    );
    if (isRemoved) this.#givenUp.add(id);
    return isRemoved;
  }

  /** Until nothing is left to do; under `confirm` the plate is cleared each time it asks. */
  async runDry(n = 0): Promise<void> {
    for (;;) {
      const view = await this.until(
        "the plate's question or the end",
        ({ queue, current, plate, activity }) =>
          current === null &&
          activity === "idle" &&
          (queue.rows.length === 0 || plate.state === "occupied" || plate.state === "unknown"),
        n,
      );
      if (view.queue.rows.length === 0) return;
      await this.clear(n);
    }
  }

  plate(n = 0): Plate {
    const { record, emptied } = present(this.#machines[n]);
    return plateOf(record.entries, emptied, this.#policy === "self_clearing");
  }

  /** How often the machine began this file. */
  starts(name: string, n = 0): number {
    return this.plate(n).starts.get(name) ?? 0;
  }

  /** How many events of a kind the machine noted. */
  events(event: RecordEntry["event"], n = 0): readonly RecordEntry[] {
    return present(this.#machines[n]).record.entries.filter((entry) => entry.event === event);
  }

  async stopHost(): Promise<void> {
    await this.farm.close();
    await this.host.stop();
  }

  /** Moonraker learns of a print's end at Klipper's next tick. */
  untilHistoryKnows(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 500));
  }

  async restartHost(): Promise<void> {
    await this.stopHost();
    this.host = await startTestHost({ dataDir: this.#folder });
    this.farm = await FarmDriver.connect(this.host.url);
  }

  /** Ends the host and returns every promise that was broken; `[]` is what each test must get. */
  async end(): Promise<readonly string[]> {
    await this.stopHost();
    const broken: string[] = [];
    for (const n of this.#machines.keys()) {
      const { starts, collisions } = this.plate(n);
      for (const name of collisions) {
        // What others start at the machine is their word, not ours.
        if (this.#wanted.has(name)) broken.push(`${name} was begun on an occupied plate`);
      }
      for (const [name, times] of starts) {
        const wanted = this.#wanted.get(name);
        if (wanted !== undefined && times > wanted) broken.push(`${name} was begun ${times} times`);
      }
    }
    return [...broken, ...(await this.#unrecorded())];
  }

  /** Whether every print of this file was of the bytes that were queued. */
  printedRightBytes(name: string, milliseconds?: number, n = 0): boolean {
    const wanted = sha256(Buffer.from(part(name, milliseconds)));
    const begun = this.events("started", n).filter(({ path = "" }) => path.endsWith(`/${name}`));
    return begun.length > 0 && begun.every((entry) => entry.sha256 === wanted);
  }

  /** Copies that are neither waiting, nor open, nor asked about, nor recorded as printed or given up. */
  async #unrecorded(): Promise<readonly string[]> {
    const store = await openStore({ dir: this.#folder, clock: systemClock, logger: silentLogger });
    const there = new Set<string>();
    for (const id of this.printers.map((text) => PrinterId.parse(text))) {
      const queue = store.queues.load(id, 0);
      const open = queue.attempt === null ? [] : [queue.attempt.copyId];
      const undecided = queue.undecided.map((attempt) => attempt.copyId);
      const waiting = queue.copies.map((copy) => copy.id);
      const ended = store.history.list({ printer: id }, 1000).attempts;
      const finished = ended.filter(({ state }) => state === "finished");
      for (const known of [...open, ...undecided, ...waiting]) there.add(known);
      for (const { copyId } of finished) there.add(copyId);
    }
    await store.close();
    return [...this.#copies].flatMap(([id, name]) =>
      there.has(id) || this.#givenUp.has(id) ? [] : [`${name} is lost`],
    );
  }

  async #close(): Promise<void> {
    await this.stopHost();
    for (const { simulated } of this.#machines) await simulated.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("There is no such thing on this stage");
  return value;
}

/** Waits until `probe` holds; for what is seen at the machine and not in a view. */
export function eventually(what: string, probe: () => boolean): Promise<boolean> {
  return waitFor(what, probe, 60_000);
}
