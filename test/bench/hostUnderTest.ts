import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Starts the host that is measured as a process of its own. */
export async function spawnHost(
  dataDir: string,
): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  const entry = fileURLToPath(new URL("../../electron/headless.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [entry, "--data-dir", dataDir, "--port", "0", "--log-level", "warn"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface(child.stdout)) {
    const url = /^nextplate ready (\S+)$/.exec(line)?.[1];
    if (url === undefined || child.pid === undefined) continue;
    return {
      url,
      pid: child.pid,
      async stop() {
        child.kill("SIGTERM");
        await once(child, "exit");
      },
    };
  }
  throw new Error("the host did not start");
}
