import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { CheckpointName } from "../../electron/host/engine/checkpoints.ts";
import { waitFor } from "./apiClient.ts";

const ENTRY = fileURLToPath(new URL("../../electron/headless.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KILLABLE = fileURLToPath(new URL("./killableHost.ts", import.meta.url));

/** A host as a process of its own, so that it can be killed. */
export interface HostProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** SIGKILL: no chance to write anything. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** A host that can also be told to kill itself between two steps. */
export interface KillableHost extends HostProcess {
  /** From now on it dies by SIGKILL when it passes this checkpoint for the `nth` time. */
  arm(checkpoint: CheckpointName, nth: number): Promise<void>;
  /** Whether it is dead, by whatever hand. */
  readonly isDead: boolean;
}

export function startHostProcess(dataDir: string, ...args: string[]): Promise<HostProcess> {
  return run([ENTRY, "--data-dir", dataDir, "--port", "0", ...args]);
}

/** The host as `npm run serve` starts it, built; `flags` are node's. */
export function startServe(
  dataDir: string,
  flags: readonly string[],
  ...args: string[]
): Promise<HostProcess> {
  return run([...flags, ...serveCommand(), "--data-dir", dataDir, "--port", "0", ...args]);
}

/** The words after `node` of the script `serve`, so that what is measured is what users run. */
function serveCommand(): readonly string[] {
  const text = readFileSync(join(ROOT, "package.json"), "utf8");
  const { scripts } = z
    .object({ scripts: z.object({ serve: z.string() }) })
    .parse(JSON.parse(text));
  return scripts.serve
    .split(" ")
    .slice(1)
    .map((word) => (word.startsWith("-") ? word : join(ROOT, word)));
}

/** Milliseconds, for a machine that does much else besides; a host that ends is noticed at once. */
const PATIENCE = 240_000;

export function startKillableHost(dataDir: string): Promise<KillableHost> {
  return run([KILLABLE, dataDir]);
}

/** A host none of whose files can grow beyond so many kilobytes: what is behind that fails as on a full disk. */
export function startCrampedHost(dataDir: string, kilobytes: number): Promise<KillableHost> {
  // The signal is ignored, so that the write fails instead of the process; 512-byte blocks.
  const script = `trap '' XFSZ; ulimit -f ${kilobytes * 2}; exec "$0" "$@"`;
  return run(["-c", script, process.execPath, KILLABLE, dataDir], "sh");
}

async function run(
  command: readonly string[],
  program: string = process.execPath,
): Promise<KillableHost> {
  const child = spawn(program, command, { stdio: ["pipe", "pipe", "pipe"] });
  // It may be dead before it has read what it was told.
  child.stdin.on("error", () => {});
  let output = "";
  let complaint = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (complaint += chunk.toString()));
  const exit = once(child, "exit").then(([code]) => z.number().nullable().parse(code));
  const isDead = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!isDead()) child.kill(signal);
    return exit;
  };
  const isReady = (): string | undefined => {
    if (isDead()) throw new Error(`the host ended: ${complaint}`);
    return /^nextplate ready (\S+)$/m.exec(output)?.[1];
  };
  const url = await waitFor("the host's ready line", isReady, PATIENCE).catch(
    async (error: unknown) => {
      await end("SIGKILL");
      throw error;
    },
  );
  return {
    url,
    child,
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    get isDead() {
      return isDead();
    },
    async arm(checkpoint, nth) {
      output = "";
      child.stdin.write(`${checkpoint} ${nth}\n`);
      await waitFor("the host to be armed", () => output.includes("armed"), PATIENCE);
    },
  };
}
