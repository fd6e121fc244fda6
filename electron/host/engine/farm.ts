import type { PrinterLive, PrinterView, TestedPrinter } from "#shared/contract/farm.ts";
import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { LinkConfig, Printer, PrinterOptions } from "#shared/domain/printer.ts";
import type { Actor } from "#shared/domain/plate.ts";
import type { Event } from "#shared/util/event.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { PrinterMaster } from "./printerMaster.ts";
import type { QueueChange, QueueEngine, Way } from "./queueEngine.ts";
import type { MachineFit } from "./wrongMachine.ts";

/** One printer of the farm with what runs it. */
export interface FarmPrinter {
  readonly id: PrinterId;
  readonly printer: Printer;
  readonly link: PrinterLink;
  readonly engine: QueueEngine;
  readonly master: PrinterMaster;
  /** Whether a content was made for this machine, as far as slicer and printer have said. */
  fitOf(content: ContentHash): MachineFit;
  /** The same, when the file has been parsed and the printer has said what it is. Never rejects. */
  fitWhenKnown(content: ContentHash): Promise<MachineFit>;
  /** Everything its column shows; the same object until something changes. */
  view(): PrinterView;
}

export interface NewPrinter {
  readonly name: string | undefined;
  readonly link:
    | Extract<LinkConfig, { kind: "moonraker" | "klipper" }>
    /** The farm picks the seat. */
    | { readonly kind: "simulated" };
  readonly options: Partial<PrinterOptions>;
  readonly tags: readonly string[];
}

/** A printer to be tried, as somebody typed it. */
export type TestTarget =
  | { readonly kind: "moonraker"; readonly address: string; readonly apiKey: string | null }
  | { readonly kind: "klipper"; readonly address: string; readonly folder: string | null };

export interface PrinterEdit {
  readonly name?: string;
  readonly order?: number;
  readonly isDefault?: true;
  readonly link?: NewPrinter["link"];
  readonly options?: Partial<PrinterOptions>;
  readonly tags?: readonly string[];
}

/** All printers. The server and the shell see this, never the classes behind it. */
export interface Farm {
  /** In the board's order. */
  readonly printers: readonly FarmPrinter[];
  /** Where calls without `printer` go: the first added unless changed. */
  readonly defaultPrinter: FarmPrinter | undefined;
  /** Grows with every change announced by `onDidChange`. */
  readonly revision: number;
  get(id: string): FarmPrinter | undefined;
  add(printer: NewPrinter): Promise<FarmPrinter>;
  /** Rejects with `not_found`. */
  update(id: PrinterId, edit: PrinterEdit): Promise<FarmPrinter>;
  /** Rejects with `not_found`, or `conflict` while it prints or has jobs and `force` is false. */
  remove(id: PrinterId, force: boolean): Promise<void>;
  /** Answers the question of the printer's own queue. Rejects with AppError; then it stays open. */
  adopt(id: PrinterId, choice: "import" | "leave", actor: Actor): Promise<FarmPrinter>;
  /** Makes this host the one that starts prints there; the others only observe from then on. */
  takeOver(id: PrinterId, actor: Actor): Promise<FarmPrinter>;
  /**
   * Takes back the last change of a printer's queue or options, or does it again; a move between printers in
   * both queues. `conflict` says why it cannot be. Resolves to the printers that have changed.
   */
  revert(id: PrinterId, way: Way, actor: Actor): Promise<readonly FarmPrinter[]>;
  test(target: TestTarget): Promise<TestedPrinter>;
  readonly onDidChange: Event<{
    readonly revision: number;
    readonly id: PrinterId;
    readonly view: PrinterView | null;
  }>;
  /** Progress and temperatures, at most four times a second, with a trailing edge. */
  readonly onDidChangeLive: Event<readonly PrinterLive[]>;
  /** Changes of queues, for Moonraker's notifications. */
  readonly onDidChangeQueue: Event<{ readonly id: PrinterId; readonly change: QueueChange }>;
}
