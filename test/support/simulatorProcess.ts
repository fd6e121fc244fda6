import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import type { TimeScale } from "#shared/util/clock.ts";
import * as z from "zod";

const Ready = z.object({
  control: z.string(),
  printers: z.array(
    z.object({ name: z.string(), url: z.string(), socket: z.string().default("") }),
  ),
});

const RecordEntry = z.looseObject({
  time: z.number(),
  printer: z.string(),
  event: z.string(),
  path: z.string().optional(),
  sha256: z.string().optional(),
  message: z.string().optional(),
});
export type RecordedEvent = z.output<typeof RecordEntry>;

export interface SimulatorProcessOptions {
  readonly count?: number;
  readonly speed?: number;
  /** File every event is written to, a line of JSON each. */
  readonly record?: string;
  readonly statusInterval?: number;
  readonly restartTime?: number;
  /** Folder for Klipper's own sockets and the g-code of each printer; absent = Moonraker only. */
  readonly klipper?: string;
  /** Their time runs faster than the computer's. */
  readonly time?: TimeScale;
}

/** Simulated printers in a process of their own: they go on when the host under test is killed. */
export interface SimulatorProcess {
  readonly printers: readonly {
    readonly name: string;
    readonly url: string;
    /** Path of Klipper's own socket, "" without one. */
    readonly socket: string;
  }[];
  readonly pid: number;
  /** Calls a fault of electron/simulator/faults.ts by name. */
  fault(printer: string, name: string, ...args: readonly unknown[]): Promise<void>;
  /** What really happened on the machines so far, without the first `from` entries. */
  record(from?: number): Promise<readonly RecordedEvent[]>;
  /** Resolves to the exit code. */
  stop(): Promise<number | null>;
}

export async function startSimulatorProcess(
  options: SimulatorProcessOptions = {},
): Promise<SimulatorProcess> {
  const flags: (readonly [string, string | number | undefined])[] = [
    ["count", options.count],
    ["speed", options.speed],
    ["record", options.record],
    ["status-interval", options.statusInterval],
    ["restart-time", options.restartTime],
    ["klipper", options.klipper],
    ["time-factor", options.time?.factor],
    ["time-origin", options.time?.origin],
  ];
  const args = flags.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, `${value}`],
  );
  const child = spawn(process.execPath, [resolve("electron/simulator/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { control, printers } = Ready.parse(JSON.parse(await firstLine(child)));
  const exited = once(child, "exit");
  return {
    printers,
    pid: child.pid ?? 0,
    async fault(printer, name, ...faultArgs) {
      const body = JSON.stringify({ printer, name, args: faultArgs });
      const answer = await fetch(`${control}/fault`, { method: "POST", body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async record(from = 0) {
      const answer = await fetch(`${control}/record?from=${from}`);
      return z.array(RecordEntry).parse(await answer.json());
    },
    async stop() {
      child.kill("SIGTERM");
      await exited;
      return child.exitCode;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error("The simulator has no output to read");
  const lines = createInterface({ input: stdout });
  const ended = once(child, "exit").then(() => {
    throw new Error(
      `The simulator ended before it was ready (exit code ${String(child.exitCode)})`,
    );
  });
  const line = once(lines, "line").then(([text]) => String(text));
  return Promise.race([line, ended]);
}
