import { appendFileSync } from "node:fs";

/** One thing that happened to a simulated printer. `time` is wall milliseconds. */
export interface RecordEntry {
  readonly time: number;
  readonly printer: string;
  readonly event:
    | "upload"
    | "start_requested"
    | "started"
    | "finished"
    | "cancelled"
    | "failed"
    | "shutdown"
    | "disconnected"
    /** A fault performs a start once more, or late; `message` says which. */
    | "again"
    | "script"
    | "power";
  readonly path?: string;
  readonly sha256?: string;
  readonly size?: number;
  readonly message?: string;
}

/**
 * What really happened on the machines, append-only: the judge of "each file was started exactly once,
 * with the right bytes". With a file name every line is on disk before the machine goes on, so that a
 * killed process leaves a complete record.
 */
export class SimulatorRecord {
  readonly #entries: RecordEntry[] = [];
  readonly #file: string | null;

  constructor(file: string | null = null) {
    this.#file = file;
  }

  get entries(): readonly RecordEntry[] {
    return this.#entries;
  }

  append(entry: RecordEntry): void {
    this.#entries.push(entry);
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}
