import * as z from "zod";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, toDisposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { MachineLoad } from "./stagingPolicy.ts";

/** Milliseconds between two measurements of the round trip while a print is to be spared. */
const PROBE_INTERVAL = 2_000;

const count = z.number().nullable().catch(null);
const Load = z.object({
  print_stats: z
    .object({ state: z.string().catch(""), total_duration: z.number().catch(0) })
    .catch({ state: "", total_duration: 0 }),
  toolhead: z.object({ stalls: count }).catch({ stalls: null }),
  system_stats: z.object({ sysload: count }).catch({ sysload: null }),
});

/** Knows all printers of this host, hence what else happens on the machine a file is brought to. */
export class MachineWatch {
  readonly #clock: Clock;
  readonly #links = new Set<PrinterLink>();
  /** Per machine: the monotonic moment up to which its share of the wire is given away. */
  readonly #givenUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(link: PrinterLink): Disposable {
    this.#links.add(link);
    return toDisposable(() => this.#links.delete(link));
  }

  /** A view of the machine behind `link`, with every printer that shares it, also those that come later. */
  async look(link: PrinterLink, machine: string): Promise<MachineView> {
    const find = (): Promise<readonly PrinterLink[]> => this.#printersOf(link, machine);
    const give = (time: number): number => this.#give(machine, time);
    return new MachineView({ links: await find(), find, give, clock: this.#clock });
  }

  async #printersOf(link: PrinterLink, machine: string): Promise<readonly PrinterLink[]> {
    const others = [...this.#links].filter(
      (other) => other !== link && other.state.kind === "connected",
    );
    const keys = await Promise.all(others.map((other) => other.machineKey().catch(() => null)));
    return [link, ...others.filter((_, index) => keys[index] === machine)];
  }

  /** All transfers to a machine share one rate: each waits for what was given to the others before it. */
  #give(machine: string, time: number): number {
    const now = this.#clock.monotonic();
    const until = Math.max(now, this.#givenUntil.get(machine) ?? now) + time;
    this.#givenUntil.set(machine, until);
    return until - now;
  }
}

interface ViewParts {
  readonly links: readonly PrinterLink[];
  readonly find: () => Promise<readonly PrinterLink[]>;
  readonly give: (time: number) => number;
  readonly clock: Clock;
}

/** One machine during one transfer. */
export class MachineView {
  readonly #parts: ViewParts;
  #links: readonly PrinterLink[];
  /** Stalls of each printer when it was first looked at; a neighbour may come with some. */
  readonly #stallsAtFirst = new Map<PrinterLink, number>();
  #roundTrip: number | null = null;
  /** Monotonic; when the question that is under way left. */
  #askedAt: number | null = null;
  #measuredAt = -Infinity;

  constructor(parts: ViewParts) {
    this.#parts = parts;
    this.#links = parts.links;
  }

  /** Milliseconds until so many more bytes may go there at `rate` bytes per second, which is all it gets. */
  share(bytes: number, rate: number): number {
    return this.#parts.give((bytes / rate) * 1000);
  }

  load(): MachineLoad {
    let printingFor: number | null = null;
    let stalls = 0;
    let load: number | null = null;
    for (const link of this.#links) {
      const { print_stats, toolhead, system_stats } = Load.parse(link.status());
      if (print_stats.state === "printing" || print_stats.state === "paused") {
        printingFor = Math.min(printingFor ?? Infinity, print_stats.total_duration);
      }
      if (toolhead.stalls !== null) stalls += this.#newStalls(link, toolhead.stalls);
      if (system_stats.sysload !== null) load = Math.max(load ?? 0, system_stats.sysload);
    }
    // A question that has been waiting for long tells as much as its answer would.
    const pending = this.#askedAt === null ? 0 : this.#parts.clock.monotonic() - this.#askedAt;
    const roundTrip = this.#roundTrip === null ? null : Math.max(this.#roundTrip, pending);
    return { printingFor, stalls, load, roundTrip };
  }

  #newStalls(link: PrinterLink, stalls: number): number {
    const first = this.#stallsAtFirst.get(link);
    if (first !== undefined && stalls >= first) return stalls - first;
    this.#stallsAtFirst.set(link, stalls);
    return 0;
  }

  /** Measures the round trip and looks who shares the machine, at most every two seconds. Never rejects. */
  async probe(): Promise<void> {
    const { clock, find } = this.#parts;
    const [link] = this.#links;
    const now = clock.monotonic();
    if (link === undefined || this.#askedAt !== null) return;
    if (now - this.#measuredAt < PROBE_INTERVAL) return;
    this.#askedAt = now;
    // Klipper itself is asked, through whatever stands in front of it. A refusal is an answer too; a closed connection ends the transfer by itself.
    await link.request("printer.info", {}).catch(() => undefined);
    this.#measuredAt = clock.monotonic();
    this.#roundTrip = this.#measuredAt - now;
    this.#askedAt = null;
    // Not awaited: a neighbour that does not answer must not hold the transfer up.
    drop(
      find().then((links) => (this.#links = links)),
      () => {},
    );
  }
}
