import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { mergeStatus, type PrinterObjects } from "#shared/util/mergeStatus.ts";

/** Milliseconds between two updates of one client, on average: Klipper's own tick. */
const INTERVAL = 250;
/**
 * Milliseconds by which one may be early: frames do not come evenly, and one that was late would else make
 * all that follow as late.
 */
const EARLY = 150;

/** One client's wish to hear of a printer's objects, with deltas gathered between two updates. */
export class ObjectSubscription implements Disposable {
  readonly printer: PrinterId;
  readonly selection: ObjectSelection;
  readonly #clock: Clock;
  readonly #send: (delta: PrinterObjects, eventtime: number) => void;
  #pending: PrinterObjects = {};
  #eventtime = 0;
  /** When the next one would be due if they came evenly. */
  #due = -Infinity;
  #isOpen = false;
  #timer: Disposable | undefined;

  constructor(
    printer: PrinterId,
    selection: ObjectSelection,
    clock: Clock,
    send: (delta: PrinterObjects, eventtime: number) => void,
  ) {
    this.printer = printer;
    this.selection = selection;
    this.#clock = clock;
    this.#send = send;
  }

  /** The full values have been answered: from now on changes follow. */
  open(): void {
    this.#isOpen = true;
  }

  /** Takes a delta; it goes out at once, or with others when the next may go. */
  push(delta: PrinterObjects, eventtime: number): void {
    if (!this.#isOpen) return;
    const wanted = selectChanged(delta, this.selection);
    if (Object.keys(wanted).length === 0) return;
    this.#pending = mergeStatus(this.#pending, wanted);
    this.#eventtime = eventtime;
    const wait = this.#due - EARLY - this.#clock.monotonic();
    if (wait <= 0) this.#flush();
    // The trailing edge: without it the last change before silence would never arrive.
    else this.#timer ??= this.#clock.setTimer(wait, () => this.#flush());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #flush(): void {
    this.dispose();
    const delta = this.#pending;
    this.#pending = {};
    this.#due = Math.max(this.#due, this.#clock.monotonic()) + INTERVAL;
    this.#send(delta, this.#eventtime);
  }
}

/** A selection's full answer: unknown objects are empty, unknown fields null, as observed on Klipper. */
export function selectStatus(
  status: PrinterObjects,
  selection: ObjectSelection,
): Record<string, Record<string, unknown>> {
  const selected: Record<string, Record<string, unknown>> = {};
  for (const [name, fields] of Object.entries(selection)) {
    const object = Object.hasOwn(status, name) ? status[name] : undefined;
    if (object === undefined) selected[name] = {};
    else if (fields === null) selected[name] = { ...object };
    else selected[name] = Object.fromEntries(fields.map((field) => [field, object[field] ?? null]));
  }
  return selected;
}

function selectChanged(delta: PrinterObjects, selection: ObjectSelection): PrinterObjects {
  const selected: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [name, changed] of Object.entries(delta)) {
    const fields = Object.hasOwn(selection, name) ? selection[name] : undefined;
    if (fields === undefined) continue;
    const wanted = Object.entries(changed).filter(([key]) => fields?.includes(key) ?? true);
    if (wanted.length > 0) selected[name] = Object.fromEntries(wanted);
  }
  return selected;
}
