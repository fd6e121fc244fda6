import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LeaseTimes } from "../../electron/host/engine/leaseMachine.ts";
import { waitFor } from "./apiClient.ts";

const MAIN = fileURLToPath(new URL("leasedHostMain.ts", import.meta.url));

export interface LeasedHost {
  readonly url: string;
  /** Ends it as a person does: it gives its leases back. */
  stop(): Promise<void>;
  /** SIGKILL. Its data folder goes with it. */
  kill(): Promise<void>;
}

/** A host in a process and a data folder of its own, with a lease that passes on sooner than in real life. */
export async function startLeasedHost(name: string, times: LeaseTimes): Promise<LeasedHost> {
  const dataDir = await mkdtemp(join(tmpdir(), `nextplate-${name}-`));
  const child = spawn(process.execPath, [MAIN, dataDir, JSON.stringify(times)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  const ended = once(child, "exit");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const url = await waitFor(`${name} to be ready`, () => /^ready (\S+)$/m.exec(output)?.[1]);
  return {
    url,
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
