import type { PrinterLive, PrinterView, TestedPrinter } from "#shared/contract/farm.ts";
import type { QueueEdit } from "#shared/domain/edit.ts";
import { PrinterId } from "#shared/domain/ids.ts";
import { DEFAULT_PRINTER_OPTIONS, type LinkConfig, type Printer } from "#shared/domain/printer.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Actor } from "#shared/domain/plate.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { Emitter } from "#shared/util/event.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { Library } from "../library/library.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import type { PrinterStore } from "../store/printerStore.ts";
import type { QueueStore, StoredQueue } from "../store/queueStore.ts";
import type { SettingsStore } from "../store/settingsStore.ts";
import type { Farm, FarmPrinter, NewPrinter, PrinterEdit, TestTarget } from "./farm.ts";
import { relocated, retired } from "./betweenEngines.ts";
import { callInTurn } from "./callInTurn.ts";
import { FarmSeat } from "./farmSeat.ts";
import { LiveCollector } from "./liveCollector.ts";
import { addressOf, freePrinterId, freeSeat, hostOf, machineOf } from "./printerNames.ts";
import type { PrinterMaster } from "./printerMaster.ts";
import { adoptQueue } from "./queueAdoption.ts";
import type { QueueChange, QueueEngine, Way } from "./queueEngine.ts";

const DEFAULT_PRINTER_KEY = "default_printer";
const SETTINGS: Actor = { kind: "api", name: "settings" };

export interface FarmParts {
  readonly printers: PrinterStore;
  readonly queues: Pick<QueueStore, "load" | "commit" | "forget">;
  readonly settings: SettingsStore;
  readonly library: Library;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `stored` is the printer's queue as the store has it. */
  createLink(printer: Printer, stored: StoredQueue): PrinterLink;
  createMaster(printer: Printer, link: PrinterLink): PrinterMaster;
  createEngine(
    printer: Printer,
    link: PrinterLink,
    master: PrinterMaster,
    stored: StoredQueue,
  ): QueueEngine;
  /** Forgets what is kept of the machine behind a printer, whose address has changed. */
  forgetMachine(printer: PrinterId): Promise<void>;
  probe(target: TestTarget): Promise<TestedPrinter>;
  /** Turns what a user typed into the address that is stored; throws AppError `bad_request`. */
  normaliseAddress(address: string): string;
  /** The same for Klipper's own socket and the folder of its files. */
  normaliseKlipper(
    socket: string,
    folder: string | null,
  ): { readonly socket: string; readonly folder: string | null };
  /** What the simulated printer of a seat is called. */
  simulatedName(seat: number): string;
}

/** All printers of this host: starts them, changes them, and gathers what they announce. */
export class PrinterFarm implements Farm {
  readonly #parts: FarmParts;
  readonly #seats = new Map<PrinterId, FarmSeat>();
  readonly #subscriptions = new Map<PrinterId, Disposable[]>();
  readonly #live: LiveCollector<PrinterId>;
  readonly #edits = new Sequencer();
  readonly #adoptions = new Sequencer();
  readonly #onDidChange = new Emitter<{
    revision: number;
    id: PrinterId;
    view: PrinterView | null;
  }>();
  readonly #onDidChangeLive = new Emitter<readonly PrinterLive[]>();
  readonly #onDidChangeQueue = new Emitter<{ id: PrinterId; change: QueueChange }>();
  #order: readonly FarmSeat[] = [];
  #revision = 1;
  #chosen: string | undefined;
  #calls: Disposable | undefined;

  readonly onDidChange = this.#onDidChange.event;
  readonly onDidChangeLive = this.#onDidChangeLive.event;
  readonly onDidChangeQueue = this.#onDidChangeQueue.event;

  constructor(parts: FarmParts) {
    this.#parts = parts;
    this.#live = new LiveCollector(parts.clock, (moved) => {
      const live = moved.flatMap((id) => this.#seats.get(id)?.live() ?? []);
      if (live.length > 0) this.#onDidChangeLive.fire(live);
    });
  }

  get printers(): readonly FarmPrinter[] {
    return this.#order;
  }

  get revision(): number {
    return this.#revision;
  }

  get defaultPrinter(): FarmPrinter | undefined {
    // Asked with every notification, so it is kept rather than read from the settings each time.
    const named = this.#chosen === undefined ? undefined : this.get(this.#chosen);
    if (named !== undefined) return named;
    // The first added: creation order, not the board's.
    return this.#order.reduce<FarmSeat | undefined>(
      (first, seat) =>
        first === undefined || seat.printer.createdAt < first.printer.createdAt ? seat : first,
      undefined,
    );
  }

  get(id: string): FarmPrinter | undefined {
    const parsed = PrinterId.safeParse(id);
    return parsed.success ? this.#seats.get(parsed.data) : undefined;
  }

  /** Opens every queue; no printer is called before `connect`. */
  start(): void {
    const chosen = this.#parts.settings.get(DEFAULT_PRINTER_KEY);
    this.#chosen = typeof chosen === "string" ? chosen : undefined;
    for (const printer of this.#parts.printers.list()) this.#seat(printer);
    this.#sort();
  }

  /** Calls every printer that is still one of the farm when its turn comes. */
  connect(): void {
    this.#calls = callInTurn(this.#parts.clock, this.#order, (seat) => {
      if (this.#seats.get(seat.id) === seat) seat.connect();
    });
  }

  async stop(): Promise<void> {
    this.#calls?.dispose();
    await this.#edits.idle();
    this.#live.stop();
    await Promise.all([...this.#seats.keys()].map((id) => this.#close(id)));
  }

  add(input: NewPrinter): Promise<FarmPrinter> {
    return this.#edits.run(async () => {
      const link = this.#linkConfig(input.link);
      this.#refuseTaken(link, null);
      const name = input.name ?? this.#nameFor(link);
      const { printers, clock } = this.#parts;
      const printer: Printer = {
        id: freePrinterId(name, (id) => printers.isTaken(id)),
        name,
        order: Math.max(0, ...this.#order.map((seat) => seat.printer.order)) + 1,
        link,
        options: { ...DEFAULT_PRINTER_OPTIONS, ...input.options },
        tags: [...input.tags],
        createdAt: clock.now(),
      };
      await printers.put(printer);
      const seat = this.#open(printer);
      this.#announce(seat);
      return seat;
    });
  }

  update(id: PrinterId, edit: PrinterEdit): Promise<FarmPrinter> {
    return this.#edits.run(async () => {
      const seat = this.#require(id);
      const before = seat.printer;
      const after: Printer = {
        ...before,
        name: edit.name ?? before.name,
        order: edit.order ?? before.order,
        link: edit.link === undefined ? before.link : this.#linkConfig(edit.link),
        options: { ...before.options, ...edit.options },
        tags: edit.tags === undefined ? before.tags : [...edit.tags],
      };
      const isElsewhere = machineOf(after.link) !== machineOf(before.link);
      if (isElsewhere) this.#refuseTaken(after.link, id);
      if (edit.isDefault === true) await this.#makeDefault(id);
      if (isElsewhere) return this.#relocate(before, after);
      await this.#parts.printers.put(after);
      if (edit.link !== undefined) {
        // Another key is another connection: everything known through the old one is void.
        await this.#close(id);
        const reopened = this.#open(after);
        this.#announce(reopened);
        return reopened;
      }
      seat.rename(after);
      if (edit.options !== undefined) {
        await seat.engine.apply({ kind: "set_options", options: after.options }, SETTINGS);
      }
      this.#sort();
      return seat;
    });
  }

  remove(id: PrinterId, force: boolean): Promise<void> {
    return this.#edits.run(async () => {
      const seat = this.#require(id);
      const { stored } = seat.engine.snapshot;
      const jobs = stored.copies.length + stored.undecided.length;
      if (!force && (jobs > 0 || stored.attempt !== null)) {
        throw new AppError(
          "conflict",
          `${seat.printer.name} still has ${stored.attempt === null ? `${jobs} jobs` : "a print under way"}. Remove them first, or remove the printer with force.`,
        );
      }
      await this.#close(id);
      const { queues: store, clock } = this.#parts;
      const now = clock.now();
      await store.commit([retired(store.load(id, now), { now, actor: SETTINGS })]);
      await this.#parts.printers.remove(id);
      await this.#parts.queues.forget(id);
      this.#onDidChange.fire({ revision: ++this.#revision, id, view: null });
    });
  }

  test(target: TestTarget): Promise<TestedPrinter> {
    return this.#parts.probe(target);
  }

  async adopt(id: PrinterId, choice: "import" | "leave", actor: Actor): Promise<FarmPrinter> {
    const seat = this.#require(id);
    const { link, engine, master } = seat;
    const { library } = this.#parts;
    if (choice === "import" && engine.snapshot.mastery.lease.kind === "managed") {
      throw new AppError("conflict", "Another host manages this printer: take it over first.");
    }
    // One after another: two clicks must not import one job twice.
    await this.#adoptions.run(() =>
      adoptQueue({ printer: id, link, engine, master, library }, choice, actor),
    );
    return seat;
  }

  async takeOver(id: PrinterId, actor: Actor): Promise<FarmPrinter> {
    const seat = this.#require(id);
    const { lease } = seat.engine.snapshot.mastery;
    if (seat.link.state.kind !== "connected") {
      throw new AppError("unavailable", "The printer cannot be reached: take it over when it can.");
    }
    if (lease.kind === "held") return seat;
    const from = lease.kind === "managed" ? { ...lease.holder } : {};
    await seat.engine.apply({ kind: "record", event: "taken_over", data: from }, actor);
    await seat.master.takeOver();
    return seat;
  }

  async revert(id: PrinterId, way: Way, actor: Actor): Promise<readonly FarmPrinter[]> {
    const seat = this.#require(id);
    const edit = seat.engine.nextEdit(way);
    if (edit?.options) {
      await this.#edits.run(() => this.#revertOptions(this.#require(id), edit, way, actor));
      return [seat];
    }
    if (!edit?.peer) {
      await seat.engine.apply({ kind: way }, actor);
      return [seat];
    }
    const peer = this.#seats.get(edit.peer.printer);
    if (peer === undefined) {
      throw new AppError("conflict", "The other printer of this move has been removed since.");
    }
    await seat.engine.revertTransfer(peer.engine, way, actor);
    return [seat, peer];
  }

  /** Stored first: cut off in between, the options are turned and the edit can be turned once more. */
  async #revertOptions(seat: FarmSeat, edit: QueueEdit, way: Way, actor: Actor): Promise<void> {
    const { options } = edit;
    if (options === null) return;
    const before = seat.printer;
    const after = { ...before, options: way === "undo" ? options.before : options.after };
    await this.#parts.printers.put(after);
    try {
      await seat.engine.apply({ kind: way, only: edit }, actor);
    } catch (error) {
      await this.#parts.printers.put(before);
      throw error;
    }
    seat.rename(after);
  }

  #open(printer: Printer): FarmSeat {
    const seat = this.#seat(printer);
    this.#sort();
    seat.connect();
    return seat;
  }

  #seat(printer: Printer): FarmSeat {
    const { library, queues, clock } = this.#parts;
    const stored = queues.load(printer.id, clock.now());
    const link = this.#parts.createLink(printer, stored);
    const master = this.#parts.createMaster(printer, link);
    const seat = new FarmSeat({
      printer,
      link,
      master,
      engine: this.#parts.createEngine(printer, link, master, stored),
      address: addressOf(printer.link),
      isDefault: ({ id }) => this.defaultPrinter?.id === id,
      library,
      clock,
      logger: this.#parts.logger,
    });
    this.#seats.set(printer.id, seat);
    this.#subscriptions.set(printer.id, [
      seat.onDidChangeView(() => this.#announce(seat)),
      seat.onDidChangeLive(() => this.#live.add(seat.id)),
      seat.onDidChangeQueue((change) => this.#onDidChangeQueue.fire({ id: seat.id, change })),
    ]);
    seat.start();
    return seat;
  }

  async #close(id: PrinterId): Promise<void> {
    const seat = this.#seats.get(id);
    this.#seats.delete(id);
    for (const subscription of this.#subscriptions.get(id) ?? []) subscription.dispose();
    this.#subscriptions.delete(id);
    this.#live.remove(id);
    this.#sort();
    await seat?.stop();
  }

  #require(id: PrinterId): FarmSeat {
    const seat = this.#seats.get(id);
    if (seat === undefined) throw new AppError("not_found", `There is no printer "${id}"`);
    return seat;
  }

  #sort(): void {
    this.#order = [...this.#seats.values()].sort((a, b) => a.printer.order - b.printer.order);
  }

  #announce(seat: FarmSeat): void {
    this.#onDidChange.fire({ revision: ++this.#revision, id: seat.id, view: seat.view() });
  }

  async #makeDefault(id: PrinterId): Promise<void> {
    await this.#parts.settings.set(DEFAULT_PRINTER_KEY, id);
    this.#chosen = id;
    for (const seat of this.#order) seat.invalidate();
  }

  /** Two queues that start prints on one machine would each take its plate for their own. */
  #refuseTaken(link: LinkConfig, except: PrinterId | null): void {
    const taken = this.#order.find(
      ({ id, printer }) => id !== except && machineOf(printer.link) === machineOf(link),
    );
    if (taken === undefined) return;
    throw new AppError(
      "conflict",
      `${addressOf(link)} is ${taken.printer.name} already: one machine has one queue here.`,
    );
  }

  /**
   * Gives a printer another address. What was said of the old machine ends before the new one is asked for,
   * so that no crash in between leaves a word on the wrong plate.
   */
  async #relocate(before: Printer, after: Printer): Promise<FarmPrinter> {
    const { queues, printers, clock } = this.#parts;
    const { id } = after;
    await this.#close(id);
    let opening = before;
    try {
      const now = clock.now();
      const change = { now, actor: SETTINGS };
      await queues.commit([relocated(queues.load(id, now), addressOf(after.link), change)]);
      await this.#parts.forgetMachine(id);
      await printers.put(after);
      opening = after;
    } finally {
      // Also when the store has failed: the printer stays in the farm, where it was.
      this.#announce(this.#open(opening));
    }
    return this.#require(id);
  }

  #linkConfig(link: NewPrinter["link"]): LinkConfig {
    if (link.kind === "moonraker") {
      return { ...link, url: this.#parts.normaliseAddress(link.url) };
    }
    if (link.kind === "klipper") {
      return { ...link, ...this.#parts.normaliseKlipper(link.socket, link.folder) };
    }
    return { kind: "simulated", seat: freeSeat(this.#order.map(({ printer }) => printer)) };
  }

  #nameFor(link: LinkConfig): string {
    return link.kind === "simulated" ? this.#parts.simulatedName(link.seat) : hostOf(link);
  }
}
