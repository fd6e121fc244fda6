import * as z from "zod";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, toDisposable } from "#shared/util/disposable.ts";
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

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(link: PrinterLink): Disposable {
    this.#links.add(link);
    return toDisposable(() => this.#links.delete(link));
  }

  /** A view of the machine behind `link`, with every printer that is known to share it now. */
  async look(link: PrinterLink, machine: string): Promise<MachineView> {
    const others = [...this.#links].filter(
      (other) => other !== link && other.state.kind === "connected",
    );
    const keys = await Promise.all(others.map((other) => other.machineKey().catch(() => null)));
    const neighbours = others.filter((_, index) => keys[index] === machine);
    return new MachineView([link, ...neighbours], this.#clock);
  }
}

/** One machine during one transfer. */
export class MachineView {
  readonly #links: readonly PrinterLink[];
  readonly #clock: Clock;
  #roundTrip: number | null = null;
  /** Monotonic; when the question that is under way left. */
  #askedAt: number | null = null;
  #measuredAt = -Infinity;

  constructor(links: readonly PrinterLink[], clock: Clock) {
    this.#links = links;
    this.#clock = clock;
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
      stalls += toolhead.stalls ?? 0;
      if (system_stats.sysload !== null) load = Math.max(load ?? 0, system_stats.sysload);
    }
    // A question that has been waiting for long tells as much as its answer would.
    const pending = this.#askedAt === null ? 0 : this.#clock.monotonic() - this.#askedAt;
    const roundTrip = this.#roundTrip === null ? null : Math.max(this.#roundTrip, pending);
    return { printingFor, stalls, load, roundTrip };
  }

  /** Measures the round trip, at most every two seconds. Never rejects. */
  async probe(): Promise<void> {
    const [link] = this.#links;
    const now = this.#clock.monotonic();
    if (link === undefined || this.#askedAt !== null) return;
    if (now - this.#measuredAt < PROBE_INTERVAL) return;
    this.#askedAt = now;
    // Klipper itself is asked, through whatever stands in front of it. A refusal is an answer too; a closed connection ends the transfer by itself.
    await link.request("printer.info", {}).catch(() => undefined);
    this.#measuredAt = this.#clock.monotonic();
    this.#roundTrip = this.#measuredAt - now;
    this.#askedAt = null;
  }
}
