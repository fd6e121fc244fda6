import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FarmSnapshot, type PrinterView } from "#shared/contract/farm.ts";
import type { PlatePolicy } from "#shared/domain/plate.ts";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import { type Clock, scaledClock, type TimeScale } from "#shared/util/clock.ts";
import type * as z from "zod";
import { FarmDriver } from "../farmDriver.ts";
import { type Plate, plateOf } from "../plateRecord.ts";
import {
  type RecordedEvent,
  type SimulatorProcess,
  startSimulatorProcess,
} from "../simulatorProcess.ts";
import { Dice } from "./dice.ts";
import { SoakBooks } from "./soakBooks.ts";
import { SoakHost } from "./soakHost.ts";

/** A printer of the farm and the machine it stands for. */
export interface SoakPrinter {
  readonly id: string;
  readonly machine: string;
  readonly by: "moonraker" | "klipper";
  readonly policy: PlatePolicy;
  /** Milliseconds of the simulated day at which a person emptied the plate. */
  readonly emptied: number[];
}

export interface SoakOptions {
  readonly printers: number;
  readonly seed: number;
  /** Milliseconds of simulated time in one of the computer's. */
  readonly factor: number;
  /** Simulated milliseconds between two status frames of a machine. */
  readonly statusInterval: number;
}

/** What most farms have, what belts have, and a macro that pushes the part off. */
const POLICIES: readonly PlatePolicy[] = [
  "confirm",
  "confirm",
  "self_clearing",
  "confirm",
  "gcode",
];
/** Every so many-th printer has no Moonraker. */
const BARE = 4;

/** Three processes: this one, the host, and the machines; what the test knows of the other two. */
export class SoakStage {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly books = new SoakBooks();
  readonly folder: string;
  readonly simulators: SimulatorProcess;
  readonly printers: SoakPrinter[] = [];
  readonly broken: string[] = [];
  readonly #time: TimeScale;
  readonly #record = new Map<string, RecordedEvent[]>();
  #recorded = 0;
  host: SoakHost;
  farm: FarmDriver;
  /** How often the board lost its connection without the host having been ended. */
  reconnects = 0;
  /** True while the host is being ended: answers may be lost. */
  isEnding = false;

  private constructor(
    folder: string,
    time: TimeScale,
    seed: number,
    simulators: SimulatorProcess,
    host: SoakHost,
    farm: FarmDriver,
  ) {
    this.folder = folder;
    this.#time = time;
    this.clock = scaledClock(time);
    this.dice = new Dice(seed);
    this.simulators = simulators;
    this.host = host;
    this.farm = farm;
  }

  static async open(options: SoakOptions): Promise<SoakStage> {
    const folder = await mkdtemp(join(tmpdir(), "nextplate-soak-"));
    const time = { factor: options.factor, origin: Date.now() };
    const klipper = join(folder, "machines");
    await mkdir(klipper);
    const { printers: count, statusInterval } = options;
    const simulators = await startSimulatorProcess({ count, statusInterval, klipper, time });
    const host = await SoakHost.start(join(folder, "data"), join(folder, "logs"), time);
    const farm = await FarmDriver.connect(host.url);
    const stage = new SoakStage(folder, time, options.seed, simulators, host, farm);
    for (const [place, machine] of simulators.printers.entries()) {
      await stage.#add(machine, place);
    }
    return stage;
  }

  get data(): string {
    return join(this.folder, "data");
  }

  /** Seconds of the simulated day since the start. */
  get now(): number {
    return (this.clock.now() - this.#time.origin) / 1_000;
  }

  async #add(machine: SimulatorProcess["printers"][number], place: number): Promise<void> {
    const policy = POLICIES[place % POLICIES.length] ?? "confirm";
    const by = place % BARE === BARE - 1 ? "klipper" : "moonraker";
    const address = by === "klipper" ? machine.socket : machine.url;
    const id = await this.farm.addPrinter(machine.name, address, policy, by);
    const options = {
      after_failure: place % 3 === 0 ? "continue" : "hold",
      job_transition_delay: this.dice.between(0, 60),
      ...(policy === "gcode" ? { job_transition_gcode: "G1 X10 Y220 F6000\nM400" } : {}),
    };
    await this.farm.client.call("farm.printers.update", { printer: id, options });
    this.printers.push({ id, machine: machine.name, by, policy, emptied: [] });
  }

  /** Looks at the board and at what has happened on the machines since. */
  async look(): Promise<readonly PrinterView[]> {
    const snapshot = await this.ask(FarmSnapshot, "farm.snapshot", {});
    // This board has no screen: what it is told besides is let go.
    this.farm.client.notifications.splice(0);
    this.books.learn(snapshot);
    for (const event of await this.simulators.record(this.#recorded)) {
      this.#recorded++;
      this.eventsOf(event.printer).push(event);
    }
    return snapshot.printers;
  }

  /** Asks the host. A connection may be lost like any other; a host that is gone is something else. */
  async ask<S extends z.ZodType>(schema: S, method: string, params: object): Promise<z.output<S>> {
    try {
      return await this.farm.client.ask(schema, method, params);
    } catch (error) {
      if (this.host.isDead || !(error instanceof AppError)) throw error;
      this.reconnects++;
      this.farm = await FarmDriver.connect(this.host.url);
      return this.farm.client.ask(schema, method, params);
    }
  }

  eventsOf(machine: string): RecordedEvent[] {
    const known = this.#record.get(machine) ?? [];
    this.#record.set(machine, known);
    return known;
  }

  plate({ machine, emptied, policy }: SoakPrinter): Plate {
    return plateOf(this.eventsOf(machine), emptied, policy !== "confirm");
  }

  /**
   * Does something that may be refused: an answer in words is one, no answer only while the host is being
   * ended. Undefined = it was not done, or nobody knows.
   */
  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const isRefused = error instanceof RemoteError && error.code !== 500 && error.code !== -32603;
      const isLost = error instanceof AppError || error instanceof TypeError;
      if (!isRefused && !(isLost && this.isEnding)) this.broken.push(`${what}: ${String(error)}`);
      return undefined;
    }
  }

  /** Ends the host, by a kill or as a person does, while `work` goes on; the next one takes over the folder. */
  async restart(how: "kill" | "stop"): Promise<void> {
    const code = await (how === "kill" ? this.host.kill() : this.host.stop());
    if (how === "stop" && code !== 0) this.broken.push(`a clean stop ended with ${String(code)}`);
    await this.farm.close();
    this.host = await SoakHost.start(this.data, join(this.folder, "logs"), this.#time);
    this.farm = await FarmDriver.connect(this.host.url);
  }

  async close(): Promise<void> {
    await this.farm.close();
    await this.host.kill();
    await this.simulators.stop();
  }
}
