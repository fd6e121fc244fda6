import type { Event } from "#shared/util/event.ts";
import { Emitter } from "#shared/util/event.ts";
import type { Mastery } from "../../electron/host/engine/mastery.ts";
import type { PrinterMaster } from "../../electron/host/engine/printerMaster.ts";

const HELD: Mastery = { lease: { kind: "held" }, question: null };

/** The right to start prints, in a test's hand; held unless it says otherwise. */
export class SoleMaster implements PrinterMaster {
  readonly #onDidChange = new Emitter<Mastery>();
  readonly onDidChange: Event<Mastery> = this.#onDidChange.event;
  mastery: Mastery = HELD;
  /** What the last look before a start finds. */
  confirms = true;
  /** What is true in the turn of the send. */
  may = true;

  become(mastery: Mastery): void {
    this.mastery = mastery;
    this.#onDidChange.fire(mastery);
  }

  hold(): void {
    this.become(HELD);
  }

  start(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }

  confirm(): Promise<boolean> {
    return Promise.resolve(this.confirms);
  }

  mayStart(): boolean {
    return this.may;
  }

  takeOver(): Promise<void> {
    return Promise.resolve();
  }

  readQueue(): Promise<null> {
    return Promise.resolve(null);
  }

  answerQueue(): Promise<void> {
    return Promise.resolve();
  }
}
