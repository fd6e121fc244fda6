import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import * as z from "zod";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The Electron to test with: `ELECTRON_EXEC` where the environment names one (an executable that runs the
 * app folder it is given), else the one of the `electron` package.
 */
export function electronExecutable(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return env.ELECTRON_EXEC ?? z.string().parse(createRequire(import.meta.url)("electron"));
}

export interface AppOptions {
  /** Absent = `electronExecutable()`. */
  readonly executable?: string;
  readonly dataDir: string;
  readonly simulate?: number;
  readonly simSpeed?: number;
  /** Files, links and switches after the options. */
  readonly words?: readonly string[];
  /** Beside the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The built app's command line after the executable: switches, app folder, our own options. */
export function appArguments(options: AppOptions): string[] {
  return [
    // Root, as in containers, has no sandbox of its own processes; the page's own sandbox is tested.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    ROOT,
    `--data-dir=${options.dataDir}`,
    `--simulate=${options.simulate ?? 0}`,
    `--sim-speed=${options.simSpeed ?? 1}`,
    ...(options.words ?? []),
  ];
}

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Quits as a user does and waits for the end. */
  quit(): Promise<void>;
}

/** Starts the built app. */
export function startApp(options: AppOptions): Promise<ElectronApplication> {
  const env = Object.entries({ ...process.env, ...options.env }).flatMap(
    ([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]),
  );
  return _electron.launch({
    executablePath: options.executable ?? electronExecutable(),
    args: appArguments(options),
    cwd: ROOT,
    env: Object.fromEntries(env),
  });
}

/** Starts the app a second time and resolves with its exit code. */
export async function startAgain(options: AppOptions): Promise<unknown> {
  const second = spawn(electronExecutable(), appArguments(options), {
    stdio: "ignore",
    env: { ...process.env, ...options.env },
  });
  const [code] = await once(second, "exit");
  return code;
}

/** Starts the built app and waits for its window. */
export async function launchApp(options: AppOptions): Promise<RunningApp> {
  const app = await startApp(options);
  const page = await app.firstWindow();
  return { app, page, quit: () => app.close() };
}

/** A data folder of its own, gone after `forget`. */
export async function temporaryFolder(): Promise<{ path: string; forget: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "nextplate-app-"));
  return { path, forget: () => rm(path, { recursive: true, force: true }) };
}
