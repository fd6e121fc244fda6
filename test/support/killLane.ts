import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrinterId } from "#shared/domain/ids.ts";
import type { PlatePolicy } from "#shared/domain/plate.ts";
import { QueueView, type PrinterView } from "#shared/contract/farm.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { systemClock } from "#shared/util/clock.ts";
import type { CheckpointName } from "../../electron/host/engine/checkpoints.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { openStore } from "../../electron/host/store/openStore.ts";
import { waitFor } from "./apiClient.ts";
import { FarmDriver } from "./farmDriver.ts";
import { type KillableHost, startKillableHost } from "./hostUnderTest.ts";
import { addressBy, type LinkBy } from "./linkKinds.ts";
import { type Plate, plateOf } from "./plateRecord.ts";
import type { SimulatorProcess } from "./simulatorProcess.ts";

/** When a host is to be killed: as it passes a checkpoint, or so many milliseconds after it was asked to print. */
export type KillMoment =
  | { readonly checkpoint: CheckpointName; readonly nth: number }
  | { readonly after: number };

/** What stays the same in a lane: the machine, how it is reached, and who clears its plate. */
export interface LaneOptions {
  readonly simulators: SimulatorProcess;
  readonly machine: SimulatorProcess["printers"][number];
  readonly by: LinkBy;
  readonly policy: PlatePolicy;
}

/** What one kill did, as a line of the table. */
export interface KillOutcome {
  readonly moment: string;
  readonly by: LaneOptions["by"];
  readonly policy: PlatePolicy;
  /** What the next host found: waiting, open, undecided. */
  readonly found: string;
  /** How often the printer really began each of the two files. */
  readonly starts: readonly number[];
  /** Everything that broke a promise; empty = all held. */
  readonly broken: readonly string[];
}

/** Milliseconds for two short prints, a kill, and the retry that a start never sent needs, on a busy machine. */
const DEADLINE = 300_000;

/** A print of a few hundred milliseconds at the simulators' speed, different in every file. */
function part(name: string): string {
  return `; ${name}\nG28\nG90\nM83\nG1 X10 Y20 E1 F3000\nG4 P300000\nG1 X60 E1\nM400\n`;
}

/**
 * One printer, one data folder, and one host after the other: each is asked for two prints and killed on the
 * way, the next one must bring them to their end. It plays the person at the machine, who takes parts off the
 * plate before saying so, and keeps the books the promises are checked against.
 */
export class KillLane {
  readonly #options: LaneOptions;
  readonly #folder: string;
  /** Copies whose queueing was answered, and those found after a kill that ate the answer. */
  readonly #copies = new Map<string, string>();
  /** Wall milliseconds at which the plate was emptied by hand. */
  readonly #emptied: number[] = [];
  #host: KillableHost;
  #farm: FarmDriver;
  #printer = "";
  #revision = 0;
  #number = 0;

  private constructor(options: LaneOptions, folder: string, host: KillableHost, farm: FarmDriver) {
    this.#options = options;
    this.#folder = folder;
    this.#host = host;
    this.#farm = farm;
  }

  static async open(options: LaneOptions): Promise<KillLane> {
    const folder = await mkdtemp(join(tmpdir(), "nextplate-kill-"));
    const host = await startKillableHost(folder);
    const farm = await FarmDriver.connect(host.url).catch(async (error: unknown) => {
      await host.kill();
      throw error;
    });
    return new KillLane(options, folder, host, farm);
  }

  /**
   * Strikes at one moment after the other. Returns what is wrong with what the store has recorded of all its
   * copies. Whatever fails, no host is left behind.
   */
  async run(
    moments: readonly KillMoment[],
    onOutcome: (moment: KillMoment, outcome: KillOutcome) => void,
  ): Promise<readonly string[]> {
    try {
      const { machine, by, policy } = this.#options;
      const address = addressBy(by, machine);
      this.#printer = await this.#farm.addPrinter(machine.name, address, policy, by);
      for (const moment of moments) onOutcome(moment, await this.#strike(moment));
      return await this.#close();
    } finally {
      await this.#host.kill();
      await this.#farm.close();
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  /** Has two files printed by a host that is killed at `moment` and the one that comes after it. */
  async #strike(moment: KillMoment): Promise<KillOutcome> {
    const id = `${++this.#number}`.padStart(3, "0");
    const files = [`${id}-a.gcode`, `${id}-b.gcode`];
    for (const file of files) await this.#farm.upload(this.#printer, file, part(file));
    const broken: string[] = [];
    await this.#armed(moment, () => this.#print(files));
    if (!this.#host.isDead) broken.push("the moment was never reached");
    const found = await this.#restart(broken);
    await this.#print(files);
    const { starts, collisions } = await this.#plate();
    const begun = files.map((file) => starts.get(file) ?? 0);
    if (begun.some((times) => times !== 1)) broken.push(`started ${begun.join(" and ")} times`);
    if (collisions.length > 0) broken.push(`started on an occupied plate: ${collisions.join()}`);
    const name = "after" in moment ? `${moment.after} ms` : `${moment.checkpoint} ${moment.nth}`;
    const { by, policy } = this.#options;
    return { moment: name, by, policy, found, starts: begun, broken };
  }

  /** Ends the last host and reads the books. */
  async #close(): Promise<readonly string[]> {
    await this.#farm.close();
    await this.#host.stop();
    const store = await openStore({ dir: this.#folder, clock: systemClock, logger: silentLogger });
    const printer = PrinterId.parse(this.#printer);
    const { attempts } = store.history.list({ printer }, 1000);
    const queue = store.queues.load(printer, 0);
    await store.close();
    const wrong = [...this.#copies].flatMap(([file, id]) => {
      const own = attempts.filter((attempt) => attempt.copyId === id);
      const finished = own.filter(
        ({ state, goodParts }) => state === "finished" || goodParts === 1,
      ).length;
      const open = own.filter((attempt) => attempt.endedAt === null).length;
      return finished === 1 && open === 0 ? [] : [`${file}: ${finished} finished, ${open} open`];
    });
    const left = queue.copies.length + queue.undecided.length + (queue.attempt === null ? 0 : 1);
    return left === 0 ? wrong : [...wrong, `${left} things left in the queue`];
  }

  async #armed(moment: KillMoment, work: () => Promise<void>): Promise<void> {
    if ("checkpoint" in moment) await this.#host.arm(moment.checkpoint, moment.nth);
    const timer =
      "after" in moment ? setTimeout(() => void this.#host.kill(), moment.after) : undefined;
    // What the killed host no longer answers fails; what it can never have reached does not.
    const failure = await work().then(
      () => undefined,
      (error: unknown) => error,
    );
    // The socket closes before the process is known to be gone; and a moment may lie behind the last answer.
    const grace = "after" in moment ? moment.after : 20_000;
    for (let waited = 0; waited < grace && !this.#host.isDead; waited += 20) await sleep(20);
    if (failure !== undefined && !this.#host.isDead) throw failure;
    clearTimeout(timer);
  }

  /** The next host on the same folder; what it finds is compared with what was promised. */
  async #restart(broken: string[]): Promise<string> {
    await this.#farm.close();
    await this.#host.kill();
    this.#host = await startKillableHost(this.#folder);
    this.#farm = await FarmDriver.connect(this.#host.url);
    const view = await this.#farm.view(this.#printer);
    if (view.queue.revision < this.#revision) {
      broken.push(`revision ${view.queue.revision} after ${this.#revision}`);
    }
    const { ended } = await this.#plate();
    for (const [file, id] of this.#copies) {
      if (!holds(view, id) && !ended.includes(file)) broken.push(`${file} is lost`);
    }
    const open = view.current?.source === "queue" ? view.current.state : "nothing open";
    return `${view.queue.rows.length} waiting, ${open}, plate ${view.plate.state}`;
  }

  /** A person who wants these files printed: queues them, starts, clears the plate, until all is done. */
  async #print(files: readonly string[]): Promise<void> {
    await this.#queue(files);
    await waitFor(
      `${files.join(" and ")} to be printed`,
      async () => {
        if (this.#host.isDead) throw new Error("the host is dead");
        const view = await this.#farm.view(this.#printer);
        this.#revision = view.queue.revision;
        if (view.queue.decisions.length > 0) {
          await this.#decide(view);
          return false;
        }
        if (view.queue.rows.length === 0 && view.current === null && view.activity === "idle") {
          return true;
        }
        if (!view.queue.armed && view.queue.rows.length > 0) {
          await this.#farm.client.call("farm.queue.start", { printer: this.#printer });
        }
        await this.#clear(view);
        return false;
      },
      DEADLINE,
    );
  }

  /**
   * A bare Klipper keeps no history: a start whose host died before it was seen to begin is put to a person,
   * who looks at the machine. Nothing else may ask.
   */
  async #decide({ queue, current, activity }: PrinterView): Promise<void> {
    const [open] = queue.decisions;
    if (open === undefined || current !== null || activity !== "idle") return;
    if (this.#options.by !== "klipper" || open.outcome !== "unknown") {
      throw new Error(`${open.filename} waits for a decision: ${open.outcome}`);
    }
    const { isPrinting, starts } = await this.#plate();
    if (isPrinting) return;
    const hasBegun = (starts.get(open.filename) ?? 0) > 0;
    await this.#farm.client.call("farm.queue.decide", {
      printer: this.#printer,
      attempt: open.attempt,
      ...(hasBegun ? { decision: "dismiss", good_parts: 1 } : { decision: "retry" }),
    });
  }

  /** Nothing is started before all is queued, so an answer that was lost can be looked up in the list. */
  async #queue(files: readonly string[]): Promise<void> {
    for (const file of files) {
      if (this.#copies.has(file)) continue;
      const { queue } = await this.#farm.view(this.#printer);
      const known = queue.rows.find((row) => row.filename === file);
      const id = known?.job_id ?? (await this.#post(file));
      this.#copies.set(file, id);
    }
  }

  async #post(file: string): Promise<string> {
    const posted = await this.#farm.client.ask(QueueView, "farm.queue.post", {
      printer: this.#printer,
      files: [{ filename: file }],
    });
    const row = posted.rows.find(({ filename }) => filename === file);
    if (row === undefined) throw new Error(`${file} was not queued`);
    return row.job_id;
  }

  /** Takes off what lies on the plate, once nothing moves, and says so. */
  async #clear(view: PrinterView): Promise<void> {
    const asks = view.plate.state === "occupied" || view.plate.state === "unknown";
    if (!asks || view.current !== null || view.activity !== "idle") return;
    if ((await this.#plate()).isPrinting) return;
    this.#emptied.push(Date.now());
    const { revision } = view.plate;
    const word = { printer: this.#printer, state: "clear", revision };
    await this.#farm.client.call("farm.plate.set", word).catch((error: unknown) => {
      // Whoever looks at the wrong moment looks again.
      if (!messageOf(error).includes("changed since")) throw error;
    });
  }

  async #plate(): Promise<Plate> {
    const { simulators, machine, policy } = this.#options;
    const record = await simulators.record();
    const events = record.filter((event) => event.printer === machine.name);
    return plateOf(events, this.#emptied, policy === "self_clearing");
  }
}

function holds(view: PrinterView, id: string): boolean {
  return (
    view.current?.job_id === id ||
    view.queue.rows.some((row) => row.job_id === id) ||
    view.queue.decisions.some((decision) => decision.job_id === id)
  );
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
