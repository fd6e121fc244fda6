import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import { type KnownRun, nameRun, observeRun, recallRun, runFacts } from "./klippyProcess.ts";
import type { Subscription } from "./linkProtocol.ts";
import type { StatusChange } from "./printerLink.ts";
import { changedOnly, StatusCache } from "./statusCache.ts";

/** Klippy's last word before a RESTART or FIRMWARE_RESTART; a crash says nothing but has another process id. */
const KLIPPY_LEAVES = "// Klipper state: Disconnect";

/** What is known of the printer in its present session, and which run of Klippy that is. */
export class SessionFacts {
  readonly #clock: Clock;
  readonly #cache = new StatusCache();
  readonly #onDidChange = new Emitter<StatusChange>();
  #run: KnownRun | null;
  /** Klippy said goodbye since the last session began; over its own socket that ends the connection too. */
  #sawRestart = false;

  readonly onDidChange = this.#onDidChange.event;

  constructor(clock: Clock, previousProcess: string | null) {
    this.#clock = clock;
    this.#run = recallRun(previousProcess);
  }

  get status(): PrinterObjects {
    return this.#cache.status;
  }

  discard(): void {
    this.#cache.discard();
  }

  /** A full status has been asked for. */
  expectFull(): void {
    this.#cache.expectFull();
  }

  noteLine(line: string): void {
    if (line === KLIPPY_LEAVES) this.#sawRestart = true;
  }

  /** Takes a full status; the change is announced by `announce`, once others know of the session. */
  begin({ status, eventtime, facts }: Subscription): {
    readonly klippyProcess: string;
    readonly announce: () => void;
  } {
    const run = nameRun(this.#run, facts, this.#sawRestart, this.#clock.now());
    this.#run = run;
    this.#sawRestart = false;
    const change = this.#cache.setFull(status, eventtime);
    return { klippyProcess: run.name, announce: () => this.#onDidChange.fire(change) };
  }

  /** Takes an answer that holds everything of what it speaks of, though only some of it may be new. */
  takeAnswer(status: PrinterObjects, eventtime: number): void {
    this.takeUpdate(changedOnly(this.#cache.status, status), eventtime);
  }

  takeUpdate(delta: PrinterObjects, eventtime: number): void {
    const change = this.#cache.apply(delta, eventtime);
    if (change === undefined) return;
    if (this.#run !== null) {
      const { printTime, estimatedPrintTime } = runFacts(change.status, eventtime, null);
      this.#run = observeRun(this.#run, { eventtime, printTime, estimatedPrintTime });
    }
    this.#onDidChange.fire(change);
  }
}
