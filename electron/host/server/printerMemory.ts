import type { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Farm, FarmPrinter } from "../engine/farm.ts";
import { type ConsoleLine, type MemoryKeeper } from "./memoryKeeper.ts";
import { TemperatureLog, type TemperatureSeries } from "./temperatureLog.ts";

/** Console lines and seconds of temperatures kept, as Moonraker does by default. */
const MOST_LINES = 1000;
const INTERVAL = 1000;

interface Remembered {
  readonly printer: FarmPrinter;
  readonly lines: ConsoleLine[];
  readonly temperatures: TemperatureLog;
  readonly subscriptions: DisposableStore;
}

/**
 * What printers said and how warm they were, as far as we were connected: told while a printer is off, and
 * for a bare Klipper, which keeps neither. The keeper brings it over a restart.
 */
export class PrinterMemory {
  readonly #farm: Pick<Farm, "printers" | "get" | "onDidChange">;
  readonly #clock: Clock;
  readonly #translate: (printer: PrinterId, line: string) => string;
  readonly #remembered = new Map<PrinterId, Remembered>();
  readonly #subscriptions = new DisposableStore();
  readonly #keeper: MemoryKeeper;
  #timer: Disposable | undefined;

  /** `translate` puts library names in the place of our staged paths. */
  constructor(
    farm: Pick<Farm, "printers" | "get" | "onDidChange">,
    clock: Clock,
    translate: (printer: PrinterId, line: string) => string,
    keeper: MemoryKeeper,
  ) {
    this.#keeper = keeper;
    this.#farm = farm;
    this.#clock = clock;
    this.#translate = translate;
  }

  async start(): Promise<void> {
    for (const { id } of this.#farm.printers) {
      this.#follow(id);
      const remembered = this.#remembered.get(id);
      if (remembered === undefined) continue;
      await this.#keeper.load(id, remembered);
      remembered.lines.splice(0, Math.max(0, remembered.lines.length - MOST_LINES));
    }
    this.#keeper.start(() => this.#remembered);
    this.#subscriptions.add(this.#farm.onDidChange(({ id }) => this.#follow(id)));
    this.#sample();
  }

  async stop(): Promise<void> {
    this.#timer?.dispose();
    this.#keeper.stop();
    this.#subscriptions.dispose();
    for (const { subscriptions } of this.#remembered.values()) subscriptions.dispose();
    await this.#keeper.save(this.#remembered, true);
    this.#remembered.clear();
  }

  /** Oldest first; the last `count` of them. */
  console(printer: PrinterId, count = MOST_LINES): ConsoleLine[] {
    const lines = this.#remembered.get(printer)?.lines ?? [];
    return count <= 0 ? [] : lines.slice(-count);
  }

  /** Once a second, the present last; null where nothing was known. */
  temperatures(printer: PrinterId): Record<string, TemperatureSeries> {
    return this.#remembered.get(printer)?.temperatures.series() ?? {};
  }

  /** A client had this run. */
  noteCommand(printer: PrinterId, script: string): void {
    for (const message of script.split("\n")) this.#note(printer, message, "command");
  }

  /** Listens to a printer's link; a printer moved to another address keeps what was said. */
  #follow(id: PrinterId): void {
    const printer = this.#farm.get(id);
    const before = this.#remembered.get(id);
    if (before?.printer === printer) return;
    before?.subscriptions.dispose();
    this.#remembered.delete(id);
    if (printer === undefined) {
      if (before !== undefined) drop(this.#keeper.forget(id), () => {});
      return;
    }
    const subscriptions = new DisposableStore();
    subscriptions.add(
      printer.link.onDidReceiveGcode((line) =>
        this.#note(id, this.#translate(id, line), "response"),
      ),
    );
    this.#remembered.set(id, {
      printer,
      lines: before?.lines ?? [],
      temperatures: before?.temperatures ?? new TemperatureLog(),
      subscriptions,
    });
  }

  #note(id: PrinterId, message: string, type: ConsoleLine["type"]): void {
    const lines = this.#remembered.get(id)?.lines;
    if (lines === undefined) return;
    lines.push({ message, time: this.#clock.now() / 1000, type });
    if (lines.length > MOST_LINES) lines.shift();
  }

  #sample(): void {
    this.#timer = this.#clock.setTimer(INTERVAL, () => {
      for (const { printer, temperatures } of this.#remembered.values()) {
        temperatures.add(sensorsOf(printer.link.status()));
      }
      this.#sample();
    });
  }
}

/** Everything with a temperature; nothing without a connection. */
function sensorsOf(status: PrinterObjects): PrinterObjects {
  return Object.fromEntries(
    Object.entries(status).filter(([, fields]) => typeof fields["temperature"] === "number"),
  );
}
