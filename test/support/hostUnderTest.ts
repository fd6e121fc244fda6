import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { waitFor } from "./apiClient.ts";

const ENTRY = fileURLToPath(new URL("../../electron/headless.ts", import.meta.url));

/** A host as a process of its own, so that it can be killed. */
export interface HostProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** SIGKILL: no chance to write anything. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export async function startHostProcess(dataDir: string, ...args: string[]): Promise<HostProcess> {
  const child = spawn(process.execPath, [ENTRY, "--data-dir", dataDir, "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let complaint = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (complaint += chunk.toString()));
  const exit = once(child, "exit").then(([code]) => z.number().nullable().parse(code));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exit;
  };
  const url = await waitFor("the host's ready line", () => {
    if (child.exitCode !== null) throw new Error(`the host ended: ${complaint}`);
    return /^nextplate ready (\S+)$/m.exec(output)?.[1];
  });
  return {
    url,
    child,
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
  };
}
