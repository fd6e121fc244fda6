import { messageOf } from "#shared/rpc/errors.ts";
import { runLine, type Running } from "./gcodeCommands.ts";
import { GcodeError } from "./gcodeLine.ts";
import type { Machine } from "./machine.ts";

interface Script {
  readonly lines: readonly string[];
  /** Called once, with an error when the script failed. */
  readonly done: (error: GcodeError | null) => void;
}

/**
 * Runs scripts in the order they arrived, and between them the lines of the file being printed, one at
 * a time: a script waits for the line in progress, and the file waits for the script.
 */
export class GcodeQueue {
  readonly #machine: Machine;
  readonly #scripts: Script[] = [];
  readonly #running: Running;
  #wake = Number.POSITIVE_INFINITY;
  #isBusy = false;
  #stopped = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#running = this.#run();
  }

  /** Klipper time (seconds) at which something happens next; Infinity when nothing will. */
  get wake(): number {
    return this.#stopped ? Number.POSITIVE_INFINITY : this.#wake;
  }

  /** A script or a file is running. */
  get isBusy(): boolean {
    return this.#isBusy || this.#machine.sdCard.active;
  }

  /** Queues a script; `advance` runs it. */
  submit(script: string, done: (error: GcodeError | null) => void): void {
    this.#scripts.push({ lines: script.split("\n"), done });
    if (this.#wake === Number.POSITIVE_INFINITY) this.#wake = this.#machine.time;
  }

  /** Runs everything due up to `time`, in Klipper seconds. */
  advance(time: number): void {
    while (!this.#stopped && this.#wake <= time) {
      this.#machine.time = Math.max(this.#machine.time, this.#wake);
      this.#wake = this.#running.next().value ?? Number.POSITIVE_INFINITY;
    }
    this.#machine.time = Math.max(this.#machine.time, time);
  }

  /** Nothing runs any more; what waited fails with this message. */
  stop(message: string): void {
    this.#stopped = true;
    for (const script of this.#scripts.splice(0)) script.done(new GcodeError(message));
  }

  *#run(): Running {
    for (;;) {
      const script = this.#scripts[0];
      if (script !== undefined) yield* this.#runScript(script);
      else if (this.#machine.sdCard.active) yield* this.#runFileLine();
      else yield Number.POSITIVE_INFINITY;
    }
  }

  *#runScript(script: Script): Running {
    let failure: GcodeError | null = null;
    this.#isBusy = true;
    try {
      for (const line of script.lines) yield* runLine(this.#machine, line);
    } catch (error) {
      failure = error instanceof GcodeError ? error : new GcodeError(messageOf(error));
      this.#machine.hooks.onResponse(`!! ${failure.message}`);
    }
    this.#isBusy = false;
    // A stop in the middle of the script has answered already.
    if (this.#scripts[0] !== script) return;
    this.#scripts.shift();
    script.done(failure);
  }

  *#runFileLine(): Running {
    const machine = this.#machine;
    // Compared as the very number that is waited for: a rounded difference would never be reached.
    for (;;) {
      const due = Math.max(machine.printTime - machine.buffer, machine.fileFrom);
      if (due <= machine.time) break;
      yield due;
      if (this.#scripts.length > 0 || !machine.sdCard.active) return;
    }
    const planned = machine.plannedFailure;
    try {
      if (planned !== null && machine.sdCard.progress >= planned.atProgress) {
        machine.plannedFailure = null;
        throw new GcodeError(planned.message);
      }
      const line = machine.sdCard.readLine();
      if (line !== null) return yield* runLine(machine, line);
      machine.hooks.onResponse("Done printing file");
      machine.endFile("finished");
    } catch (error) {
      machine.hooks.onResponse(`!! ${messageOf(error)}`);
      machine.endFile("failed", messageOf(error));
      machine.extruder.target = machine.bed.target = 0;
    }
  }
}
