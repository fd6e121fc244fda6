import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { HistoryEntry, PrinterLink } from "../../electron/host/link/printerLink.ts";
import { FakeMachine } from "./fakeMachine.ts";

/**
 * What becomes of the next start: done; refused with an error; acknowledged and never done; done with
 * the answer lost; lost on its way; done so fast that print_stats never shows it; acknowledged and done
 * when the test says so.
 */
export type StartFate = "ok" | "refuse" | "ignore" | "do_and_lose" | "lose" | "tiny" | "late";

/** The way to a printer in memory, with what a link does of its own: answers lost, refused and held back. */
export class FakeLink extends FakeMachine implements PrinterLink {
  /** Everything that was asked of the printer, in order. */
  readonly asked: string[] = [];
  /** What becomes of the next starts; `ok` when the list is used up. */
  readonly fates: StartFate[] = [];
  /** Fails every call that answers from history. */
  historyFails = false;
  /** Answers to relayed requests; others are refused. */
  readonly answers = new Map<string, (params: object) => unknown>();
  /** What running a script does besides being recorded; it may hold its answer back. */
  onGcode: (script: string) => void | Promise<void> = () => {};
  /** What hosts left at the printer. */
  readonly notes = new Map<string, object>();
  readonly onDidNotify = new Emitter<never>().event;

  status(): PrinterObjects {
    return this.sees() ? this.reported : {};
  }

  start(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }

  reconnectNow(): void {}

  async history(limit: number): Promise<readonly HistoryEntry[]> {
    await this.#reach("history");
    if (this.historyFails) throw new RemoteError(500, "history is broken");
    return this.keepsHistory ? this.entries.slice(0, limit) : [];
  }

  async startPrint(path: string): Promise<void> {
    // The request leaves in this turn, so what it does cannot be undone by what follows.
    const fate = this.fates.shift() ?? "ok";
    this.asked.push(`start ${path}`);
    if (!this.sees() || fate === "lose") throw closed();
    if (fate === "ignore") return;
    if (fate === "late") return this.postpone(path);
    if (fate === "refuse" || this.isPrinting) {
      const text = this.isPrinting ? "SD busy" : "Unable to open file";
      this.sayLine(`!! ${text}`);
      throw new RemoteError(400, text);
    }
    if (this.partsOnPlate > 0) this.collisions++;
    this.begin(path, { isTiny: fate === "tiny", isByHand: false });
    if (fate === "do_and_lose") throw closed();
    await Promise.resolve();
  }

  barrier(): Promise<void> {
    return this.#reach("barrier");
  }

  async runGcode(script: string): Promise<void> {
    await this.#reach(`gcode ${script}`);
    await this.onGcode(script);
  }

  async pausePrint(): Promise<void> {
    await this.#reach("pause");
    this.pause();
  }

  async resumePrint(): Promise<void> {
    await this.#reach("resume");
    this.resume();
  }

  async cancelPrint(): Promise<void> {
    await this.#reach("cancel");
    this.cancel();
  }

  async emergencyStop(): Promise<void> {
    await this.#reach("emergency_stop");
    this.shutdownKlippy();
  }

  machineKey(): Promise<string> {
    return Promise.resolve("machine");
  }

  uploadFile(): Promise<never> {
    return Promise.reject(closed());
  }

  hashFile(): Promise<never> {
    return Promise.reject(closed());
  }

  statFile(): Promise<null> {
    return Promise.resolve(null);
  }

  openFile(): Promise<never> {
    return Promise.reject(closed());
  }

  listFolder(): Promise<null> {
    return Promise.resolve(null);
  }

  deleteFile(): Promise<void> {
    return Promise.resolve();
  }

  freeSpace(): Promise<null> {
    return Promise.resolve(null);
  }

  async readNote(name: string): Promise<unknown> {
    await this.#reach(`read ${name}`);
    return this.notes.get(name);
  }

  async writeNote(name: string, value: object | null): Promise<void> {
    await this.#reach(`write ${name}`);
    if (value === null) this.notes.delete(name);
    else this.notes.set(name, value);
  }

  request(method: string, params: object = {}): Promise<unknown> {
    const answer = this.answers.get(method);
    if (answer === undefined) return Promise.reject(closed());
    this.asked.push(`${method} ${JSON.stringify(params)}`);
    return Promise.resolve(answer(params));
  }

  klippySocket(): Promise<null> {
    return Promise.resolve(null);
  }

  serverBehind(): Promise<null> {
    return Promise.resolve(null);
  }

  follow(): Promise<void> {
    return Promise.resolve();
  }

  async #reach(what: string): Promise<void> {
    this.asked.push(what);
    if (!this.isConnected) throw closed();
    await Promise.resolve();
    const isOfServer = what === "history" || /^(read|write) /.test(what);
    if (!isOfServer && this.klippy !== "ready") throw new RemoteError(503, "Klippy is gone");
  }
}

function closed(): AppError {
  return new AppError("unavailable", "the connection is closed");
}
