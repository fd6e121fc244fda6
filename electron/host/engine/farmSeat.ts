import type { PrinterLive, PrinterView } from "#shared/contract/farm.ts";
import type { ContentHash } from "#shared/domain/ids.ts";
import type { Printer } from "#shared/domain/printer.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import { type Disposable, DisposableStore } from "#shared/util/disposable.ts";
import { Emitter } from "#shared/util/event.ts";
import type { ContentMetadata, Library } from "../library/library.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import type { FarmPrinter } from "./farm.ts";
import { MachineProfile } from "./machineProfile.ts";
import { printerLive, printerView, type ViewSources } from "./printerView.ts";
import type { PrinterMaster } from "./printerMaster.ts";
import type { QueueChange, QueueEngine } from "./queueEngine.ts";
import { fitOf, type MachineFacts, machineFacts, type MachineFit } from "./wrongMachine.ts";

/** Milliseconds within which changes of one printer become one announcement. */
const COALESCE = 30;
/** Milliseconds between two of them: a transfer's progress changes far more often than anyone looks. */
const PACE = 200;

/** What makes a new view worth announcing; the rest travels with the live data. */
const SLOW_OBJECTS = ["print_stats", "pause_resume", "webhooks"];
/** Fields of them that move with every status of a print: no news, four times a second. */
const FAST_FIELDS = new Set(["total_duration", "print_duration", "filament_used"]);

export interface SeatParts {
  readonly printer: Printer;
  readonly link: PrinterLink;
  readonly engine: QueueEngine;
  readonly master: PrinterMaster;
  readonly address: string;
  readonly isDefault: (printer: Printer) => boolean;
  readonly library: Pick<Library, "metadata" | "onDidParse" | "whenParsed">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One printer with its link and engine, and the view others see of the three. */
export class FarmSeat implements FarmPrinter {
  readonly link: PrinterLink;
  readonly engine: QueueEngine;
  readonly master: PrinterMaster;
  readonly #parts: SeatParts;
  readonly #subscriptions = new DisposableStore();
  readonly #onDidChangeView = new Emitter<void>();
  readonly #onDidChangeLive = new Emitter<void>();
  readonly #onDidChangeQueue = new Emitter<QueueChange>();
  readonly #machine: MachineProfile;
  #printer: Printer;
  #view: PrinterView | undefined;
  #facts: { printer: Printer; status: PrinterObjects; facts: MachineFacts } | undefined;
  #pending: Disposable | undefined;
  #announcedAt = Number.NEGATIVE_INFINITY;

  /** Within 30 ms of a change; of many changes at most five a second. */
  readonly onDidChangeView = this.#onDidChangeView.event;
  /** Every status frame; the farm collects them. */
  readonly onDidChangeLive = this.#onDidChangeLive.event;
  readonly onDidChangeQueue = this.#onDidChangeQueue.event;

  constructor(parts: SeatParts) {
    this.#parts = parts;
    this.#printer = parts.printer;
    this.link = parts.link;
    this.engine = parts.engine;
    this.#machine = new MachineProfile(parts.link, parts.logger);
    this.master = parts.master;
  }

  get id(): Printer["id"] {
    return this.#printer.id;
  }

  get printer(): Printer {
    return this.#printer;
  }

  /** Everything but the connection: what is asked of the printer is taken in from now on. */
  start(): void {
    const { link, engine, library } = this.#parts;
    this.#subscriptions.add(link.onDidChangeState(() => this.invalidate()));
    this.#subscriptions.add(
      link.onDidChangeStatus(({ delta }) => {
        this.#view = undefined;
        if (isNews(delta)) this.invalidate();
        this.#onDidChangeLive.fire();
      }),
    );
    this.#subscriptions.add(
      engine.onDidChange((change) => {
        this.invalidate();
        this.#onDidChangeQueue.fire(change);
      }),
    );
    this.#subscriptions.add(
      library.onDidParse((content) => {
        if (this.#shows(content)) this.invalidate();
      }),
    );
    this.#subscriptions.add(this.#machine.onDidChange(() => this.invalidate()));
    this.#machine.start();
    engine.start();
    this.master.start();
  }

  /** Calls the printer. */
  connect(): void {
    this.link.start();
  }

  /**
   * Ends the engine before its right to start, so that no start leaves without it, and both before the
   * link, so that nothing is asked of a closed connection.
   */
  async stop(): Promise<void> {
    this.#subscriptions.dispose();
    this.#machine.stop();
    this.#pending?.dispose();
    await this.engine.stop();
    await this.master.stop();
    await this.link.stop();
  }

  /** Takes a changed record; the engine hears of its options separately. */
  rename(printer: Printer): void {
    this.#printer = printer;
    this.invalidate();
  }

  fitOf(content: ContentHash): MachineFit {
    return fitOf(this.#parts.library.metadata(content) ?? {}, this.#machineFacts());
  }

  async fitWhenKnown(content: ContentHash): Promise<MachineFit> {
    // A content that cannot be parsed is one that nothing is known of.
    const parsed = this.#parts.library.whenParsed(content).catch(() => undefined);
    await Promise.all([parsed, this.#machine.settled()]);
    return this.fitOf(content);
  }

  view(): PrinterView {
    this.#view ??= printerView(this.#sources());
    return this.#view;
  }

  live(): PrinterLive {
    return printerLive(this.#sources());
  }

  /** Throws the cached view away and announces the change soon. */
  invalidate(): void {
    this.#view = undefined;
    const { clock } = this.#parts;
    if (this.#pending !== undefined) return;
    const wait = Math.max(COALESCE, this.#announcedAt + PACE - clock.monotonic());
    this.#pending = clock.setTimer(wait, () => {
      this.#pending = undefined;
      this.#announcedAt = clock.monotonic();
      this.#onDidChangeView.fire();
    });
  }

  #sources(): ViewSources {
    return {
      printer: this.#printer,
      isDefault: this.#parts.isDefault(this.#printer),
      address: this.#parts.address,
      link: this.link.state,
      status: this.link.status(),
      queue: this.engine.snapshot,
      machine: this.#machineFacts(),
      metadata: (content): ContentMetadata | undefined => this.#parts.library.metadata(content),
    };
  }

  /** Read anew only when there is something new: it is asked for with every status frame. */
  #machineFacts(): MachineFacts {
    const { status } = this.#machine;
    const known = this.#facts;
    if (known?.printer === this.#printer && known.status === status) return known.facts;
    const facts = machineFacts(this.#printer, status);
    this.#facts = { printer: this.#printer, status, facts };
    return facts;
  }

  #shows(content: ContentHash): boolean {
    const { stored } = this.engine.snapshot;
    return (
      stored.attempt?.contentHash === content ||
      stored.copies.some((copy) => copy.contentHash === content)
    );
  }
}

function isNews(delta: PrinterObjects): boolean {
  return SLOW_OBJECTS.some((name) =>
    Object.keys(delta[name] ?? {}).some((field) => !FAST_FIELDS.has(field)),
  );
}
