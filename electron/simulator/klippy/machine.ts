import { Heater } from "./heater.ts";
import { type MachineLimits, Motion } from "./motion.ts";
import { PrintStats } from "./printStats.ts";
import { VirtualSdCard } from "./virtualSdCard.ts";

export interface MachineOptions {
  readonly limits: MachineLimits;
  /** Where Klipper believes its g-code files lie; only shown, never opened. null = no [virtual_sdcard]. */
  readonly gcodesPath: string | null;
  /** How many times faster than a real machine it moves, dwells and heats. */
  readonly speed: number;
  /** Seconds of motion Klipper reads ahead of the head, at speed 1. */
  readonly bufferSeconds: number;
  /** Macro name (upper case) to its lines. */
  readonly macros: ReadonlyMap<string, readonly string[]>;
  readonly random: () => number;
}

/** What the machine does to the world outside; all synchronous. */
export interface MachineHooks {
  /** A line of output, e.g. `// hello`. */
  readonly onResponse: (text: string) => void;
  /** A macro called a remote method. */
  readonly onRemoteMethod: (name: string) => void;
  /** null = Klipper cannot open it. */
  readonly openFile: (path: string) => Buffer | null;
  /** The files M20 lists. */
  readonly listFiles: () => readonly { readonly name: string; readonly size: number }[];
  readonly onPrint: (event: PrintEvent) => void;
  /** M112: the machine is to stop at once. */
  readonly onEmergencyStop: (message: string) => void;
  /** RESTART and FIRMWARE_RESTART. */
  readonly onRestart: () => void;
}

/** Seconds: a start is answered before the first line of its file runs (observed on Klipper v0.13.0-730). */
const FILE_BEGINS_AFTER = 0.002;

export interface PrintEvent {
  readonly kind: "started" | "finished" | "cancelled" | "failed";
  readonly filename: string;
  readonly message: string;
}

/** Everything one run of Klipper knows about its machine. A restart makes a new one. */
export class Machine {
  readonly options: MachineOptions;
  readonly hooks: MachineHooks;
  readonly motion: Motion;
  readonly extruder: Heater;
  readonly bed: Heater;
  readonly stats = new PrintStats();
  readonly sdCard: VirtualSdCard;
  /** Klipper's clock in seconds; wall seconds, whatever the speed. */
  time: number;
  /** When this run of Klipper began: the clock of the machine itself starts there. */
  readonly bootTime: number;
  /** Klipper time at which the last queued motion ends. */
  printTime = 0;
  /** Klipper time from which the file's lines are read. */
  fileFrom = 0;
  isPaused = false;
  /** A file was paused and not resumed; a cancel does not end that (observed on Klipper v0.13.0-730). */
  hasPausedFile = false;
  fanSpeed = 0;
  displayMessage: string | null = null;
  /** Times the head ran out of moves, and the computer's load average: what a transfer must not raise. */
  stalls = 0;
  load = 0.3;
  displayProgress: { readonly value: number; readonly until: number } | null = null;
  /** Set by a test: the print fails once it has read this much of its file. */
  plannedFailure: { readonly message: string; readonly atProgress: number } | null = null;

  constructor(options: MachineOptions, hooks: MachineHooks, bootTime: number) {
    this.time = this.bootTime = bootTime;
    this.options = options;
    this.hooks = hooks;
    this.motion = new Motion(options.limits);
    this.sdCard = new VirtualSdCard(options.gcodesPath ?? "");
    this.extruder = new Heater({ heatRate: 3, coolTime: 90 }, options.random);
    this.bed = new Heater({ heatRate: 0.8, coolTime: 400 }, options.random);
  }

  /** Appends motion of so many machine seconds after what is queued already. */
  queueMotion(seconds: number): void {
    this.printTime = Math.max(this.printTime, this.time) + seconds / this.options.speed;
  }

  /** Klipper seconds of motion that may wait for the head. */
  get buffer(): number {
    return this.options.bufferSeconds / this.options.speed;
  }

  advanceHeaters(): void {
    const machineTime = this.time * this.options.speed;
    this.extruder.advance(machineTime);
    this.bed.advance(machineTime);
  }

  startFile(): void {
    this.sdCard.active = true;
    this.fileFrom = this.time + FILE_BEGINS_AFTER;
    this.stats.start(this.time, this.motion.position[3]);
  }

  pauseFile(): void {
    if (!this.sdCard.active) return;
    this.sdCard.active = false;
    this.stats.pause(this.time, this.motion.position[3]);
  }

  /** The print ends; `failed` keeps the file loaded, as Klipper does. */
  endFile(kind: "finished" | "cancelled" | "failed", message = ""): void {
    const { filename } = this.stats;
    const state = kind === "finished" ? "complete" : kind === "failed" ? "error" : "cancelled";
    this.stats.finish(state, this.time, this.motion.position[3], message);
    if (kind === "finished") this.sdCard.close();
    else if (kind === "cancelled") this.sdCard.reset();
    else this.sdCard.active = false;
    this.hooks.onPrint({ kind, filename, message });
  }
}
