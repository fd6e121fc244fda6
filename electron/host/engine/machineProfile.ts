import { messageOf } from "#shared/rpc/errors.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import * as z from "zod";
import type { LinkState, PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";

const Answer = z.object({
  status: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** What is asked of a printer's configuration; too large, and too still, to be followed. */
const OBJECTS = { configfile: ["settings"], toolhead: ["axis_minimum", "axis_maximum"] };

/** A printer's configuration as last reported, kept while it is off. */
export class MachineProfile {
  readonly #link: PrinterLink;
  readonly #logger: Logger;
  readonly #onDidChange = new Emitter<void>();
  readonly onDidChange = this.#onDidChange.event;
  #status: PrinterObjects = {};
  #askedFor: string | null = null;
  #reading: Promise<void> = Promise.resolve();
  #subscription: Disposable | undefined;

  constructor(link: PrinterLink, logger: Logger) {
    this.#link = link;
    this.#logger = logger;
  }

  /** Klipper's objects `configfile` and `toolhead`; `{}` until they were reported once. */
  get status(): PrinterObjects {
    return this.#status;
  }

  /** Resolves when nothing is being asked; never rejects. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  start(): void {
    this.#subscription = this.#link.onDidChangeState((state) => this.#look(state));
    this.#look(this.#link.state);
  }

  stop(): void {
    this.#subscription?.dispose();
  }

  /** A configuration holds for one run of Klippy. */
  #look(state: LinkState): void {
    const process = state.kind === "connected" ? (state.session?.klippyProcess ?? null) : null;
    if (process === null || process === this.#askedFor) return;
    this.#askedFor = process;
    this.#reading = this.#read().catch((error: unknown) => {
      this.#askedFor = null;
      this.#logger.info("the printer's configuration is not known", { error: messageOf(error) });
    });
  }

  async #read(): Promise<void> {
    const answer = await this.#link.request("printer.objects.query", { objects: OBJECTS });
    this.#status = Answer.parse(answer).status;
    this.#onDidChange.fire();
  }
}
