import { type ChildProcess, spawn } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HEADLESS = fileURLToPath(new URL("../../electron/headless.ts", import.meta.url));
/** Milliseconds until the host must have said that it is ready, or have ended. */
const DEADLINE = 30_000;

export interface HostProcessOptions {
  /** Kept after `stop`; absent = a folder of its own that goes with it. */
  readonly dataDir?: string;
  readonly simulate?: number;
  readonly simSpeed?: number;
  readonly port?: number;
  /** User and group it runs as, who is given the data folder; null or absent = the test's own. */
  readonly user?: number | null;
}

/** The host as users run it without a window: a process of its own, on a free port. */
export class HostProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #cleanUp: () => Promise<void>;

  private constructor(
    url: string,
    dataDir: string,
    child: ChildProcess,
    cleanUp: () => Promise<void>,
  ) {
    this.url = url;
    this.dataDir = dataDir;
    this.#child = child;
    this.#cleanUp = cleanUp;
  }

  /** Rejects with everything the host said when it ends or stays silent instead of getting ready. */
  static async start(options: HostProcessOptions = {}): Promise<HostProcess> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "nextplate-e2e-")));
    const user = options.user ?? null;
    if (user !== null) await chown(dataDir, user, user);
    const child = spawn(
      process.execPath,
      [
        HEADLESS,
        `--data-dir=${dataDir}`,
        `--port=${options.port ?? 0}`,
        `--simulate=${options.simulate ?? 0}`,
        `--sim-speed=${options.simSpeed ?? 1}`,
      ],
      {
        stdio: ["ignore", "pipe", "pipe"],
        ...(user === null ? {} : { uid: user, gid: user, env: { ...process.env, HOME: dataDir } }),
      },
    );
    const cleanUp = async (): Promise<void> => {
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    };
    try {
      return new HostProcess(await readyAddress(child), dataDir, child, cleanUp);
    } catch (error) {
      await end(child, "SIGKILL");
      await cleanUp();
      throw error;
    }
  }

  /** Asks it to stop and waits; the exit code, or null when it had to be killed. */
  async stop(): Promise<number | null> {
    const code = await end(this.#child, "SIGTERM");
    await this.#cleanUp();
    return code;
  }

  /** The power goes out: no farewell, the data folder stays. */
  async kill(): Promise<void> {
    await end(this.#child, "SIGKILL");
  }
}

function readyAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`The host ${why}. It said:\n${said}`));
    };
    const timer = setTimeout(() => fail(`was not ready within ${DEADLINE} ms`), DEADLINE);
    const listen = (chunk: unknown): void => {
      said += String(chunk);
      const url = /^nextplate ready (http:\S+)$/m.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("error", (error) => fail(`could not be run: ${error.message}`));
    child.once("exit", (code, signal) => fail(`ended with ${code ?? signal}`));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE);
  const code = await ended;
  clearTimeout(timer);
  return code;
}
