import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import { GcodeError } from "./gcodeLine.ts";
import { GcodeQueue } from "./gcodeQueue.ts";
import { IdleTimeout, isMoving, liveObjects } from "./klippyObjects.ts";
import { Machine, type MachineOptions, type PrintEvent } from "./machine.ts";
import { staticObjects } from "./printerConfig.ts";

export type KlippyState = "disconnected" | "startup" | "ready" | "error" | "shutdown";

export type KlippyEvent =
  | { readonly kind: "response"; readonly text: string }
  | { readonly kind: "remote_method"; readonly name: string }
  | { readonly kind: "print"; readonly print: PrintEvent }
  | { readonly kind: "ready" }
  | { readonly kind: "shutdown"; readonly message: string }
  /** Klipper's process is gone, or its socket closed for a restart. */
  | { readonly kind: "disconnected" };

export interface KlippyOptions extends MachineOptions {
  readonly clock: Clock;
  readonly firstProcessId: number;
  /** Milliseconds a restart takes. */
  readonly restartTime: number;
  readonly openFile: (path: string) => Buffer | null;
  /** The files of the g-code folder itself, those in folders below it left out. */
  readonly listFiles: () => readonly { readonly name: string; readonly size: number }[];
}

/** While a file runs, its lines are worked off in turns of at least this many milliseconds. */
const FILE_TURN = 20;
const READY = "Printer is ready";
const AFTER_SHUTDOWN =
  'Once the underlying issue is corrected, use the\n"FIRMWARE_RESTART" command to reset the firmware, reload the\nconfig, and restart the host software.\nPrinter is shutdown\n';

/** Klipper: one process that may restart; each run has a machine and a queue of its own. */
export class Klippy {
  readonly #options: KlippyOptions;
  readonly #onEvent: (event: KlippyEvent) => void;
  #machine: Machine;
  #queue: GcodeQueue;
  #idle = new IdleTimeout();
  #state: KlippyState = "disconnected";
  #message = "";
  #processId: number;
  #timer: Disposable | undefined;
  #bootTimer: Disposable | undefined;
  #isBooting = false;
  #config: PrinterObjects;

  constructor(options: KlippyOptions, onEvent: (event: KlippyEvent) => void) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#processId = options.firstProcessId;
    this.#machine = this.#newMachine();
    this.#queue = new GcodeQueue(this.#machine);
    this.#config = staticObjects(options);
  }

  get state(): KlippyState {
    return this.#state;
  }

  get message(): string {
    return this.#message;
  }

  get processId(): number {
    return this.#processId;
  }

  /** True while a process is there that is not ready yet. */
  get isBooting(): boolean {
    return this.#isBooting;
  }

  /** The machine as it is at this moment, for reading and for faults. */
  get machine(): Machine {
    this.#advance();
    return this.#machine;
  }

  /** Klipper's clock, seconds. */
  get time(): number {
    return this.#options.clock.monotonic() / 1000 + 1000;
  }

  /** Klipper is up at once, as if it had been on for a while. */
  start(): void {
    this.#boot();
  }

  stop(): void {
    this.#bootTimer?.dispose();
    this.#timer?.dispose();
    this.#queue.stop("Klippy Disconnected");
    this.#state = "disconnected";
  }

  /** Names of everything that can be queried. */
  objectNames(): readonly string[] {
    const macros = [...this.#options.macros.keys()].map((name) => `gcode_macro ${name}`);
    return [
      "gcode",
      "webhooks",
      ...Object.keys(this.#config),
      ...Object.keys(this.#live()),
      ...macros,
    ];
  }

  /** The present values of every object; `{}` while there is no Klipper. */
  objects(): PrinterObjects {
    if (this.#state === "disconnected") return {};
    this.#advance();
    const webhooks = { state: this.#state, state_message: this.#message };
    return { webhooks, ...this.#live(), ...this.#config };
  }

  /** Runs a script behind what runs now; rejects with GcodeError. */
  runScript(script: string): Promise<void> {
    if (this.#state !== "ready") return this.#refuse(script);
    return new Promise((resolve, reject) => {
      this.#advance();
      this.#queue.submit(script, (error) => (error === null ? resolve() : reject(error)));
      this.#advance();
    });
  }

  /** Stops everything at once; only a restart leads out. */
  shutdown(message: string): void {
    if (this.#state !== "ready" && this.#state !== "startup") return;
    this.#advance();
    this.#state = "shutdown";
    this.#message = `${message}\n${AFTER_SHUTDOWN}`;
    this.#onEvent({ kind: "response", text: "// Klipper state: Shutdown" });
    this.#queue.stop(this.#message);
    // A print cut off by a shutdown reads `paused` (observed on Klipper v0.13.0-730).
    this.#machine.pauseFile();
    this.#machine.printTime = Math.min(this.#machine.printTime, this.#machine.time);
    this.#onEvent({ kind: "shutdown", message });
  }

  /** RESTART and FIRMWARE_RESTART: a new run in the same process, as Klipper does it. */
  restart(): void {
    if (this.#state === "disconnected") return;
    this.#onEvent({ kind: "response", text: "// Klipper state: Disconnect" });
    this.#down();
    this.#bootLater();
  }

  /** The process ends, with nothing said. */
  kill(): void {
    if (this.#state !== "disconnected") this.#down();
  }

  /** A new process starts after `kill`. */
  boot(): void {
    if (this.#state !== "disconnected") return;
    this.#processId += 1 + Math.floor(this.#options.random() * 5000);
    this.#bootLater();
  }

  #refuse(script: string): Promise<void> {
    if (/^\s*(?:FIRMWARE_)?RESTART\s*$/i.test(script) && this.#state !== "disconnected") {
      this.restart();
      return Promise.resolve();
    }
    const lines = this.#message.trimEnd();
    this.#onEvent({ kind: "response", text: `// ${lines.replaceAll("\n", "\n// ")}` });
    this.#onEvent({ kind: "response", text: `!! ${lines.split("\n")[0] ?? ""}` });
    return Promise.reject(new GcodeError(this.#message));
  }

  #down(): void {
    this.#bootTimer?.dispose();
    this.#isBooting = false;
    this.#timer?.dispose();
    this.#state = "disconnected";
    this.#queue.stop("Klippy Disconnected");
    this.#onEvent({ kind: "disconnected" });
  }

  #bootLater(): void {
    this.#bootTimer?.dispose();
    this.#isBooting = true;
    this.#bootTimer = this.#options.clock.setTimer(this.#options.restartTime, () => this.#boot());
  }

  #boot(): void {
    this.#isBooting = false;
    this.#machine = this.#newMachine();
    this.#queue = new GcodeQueue(this.#machine);
    this.#idle = new IdleTimeout();
    this.#state = "ready";
    this.#message = READY;
    this.#onEvent({ kind: "ready" });
  }

  #newMachine(): Machine {
    const { openFile, listFiles } = this.#options;
    const hooks = {
      onResponse: (text: string) => this.#onEvent({ kind: "response", text }),
      onRemoteMethod: (name: string) => this.#onEvent({ kind: "remote_method", name }),
      onPrint: (print: PrintEvent) => this.#onEvent({ kind: "print", print }),
      onEmergencyStop: (message: string) => this.shutdown(message),
      onRestart: () => this.restart(),
      openFile,
      listFiles,
    };
    return new Machine(this.#options, hooks, this.time);
  }

  #live(): PrinterObjects {
    this.#idle.update(this.#machine.time, this.#queue.isBusy || isMoving(this.#machine));
    return liveObjects(this.#machine, this.#idle);
  }

  #advance(): void {
    if (this.#state === "disconnected") return;
    this.#queue.advance(this.time);
    this.#timer?.dispose();
    const { wake } = this.#queue;
    if (wake === Number.POSITIVE_INFINITY) return;
    const turn = this.#machine.sdCard.active ? FILE_TURN : 0;
    const delay = Math.max(turn, Math.ceil((wake - this.time) * 1000));
    this.#timer = this.#options.clock.setTimer(delay, () => this.#advance());
  }
}
