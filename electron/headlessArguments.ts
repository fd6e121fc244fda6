import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "#shared/rpc/errors.ts";
import type { LogLevel } from "./host/log/pinoLogger.ts";

/** 7140: free in the registered range, and near enough to Moonraker's 7125 to be remembered. */
export const DEFAULT_PORT = 7140;

export const HELP = `Nextplate, the host without a window

usage: npm run serve -- [options]
  --data-dir DIR     where queues, files and settings are kept (default: this user's data folder)
  --port N           port of API and board (default ${DEFAULT_PORT}, 0 = any free one)
  --host ADDR        address to listen on (default 127.0.0.1)
  --simulate N       have at least N simulated printers
  --sim-speed X      how many times faster than real they print (default 1)
  --log-level LEVEL  debug, info, warn, error or silent (default info)
  --version          print the version
  --help             print this`;

export interface ServeArguments {
  readonly kind: "serve";
  readonly dataDir: string;
  readonly logDir: string;
  readonly host: string;
  readonly port: number;
  readonly simulate: number;
  readonly simSpeed: number;
  readonly logLevel: LogLevel;
}

export type HeadlessArguments =
  | ServeArguments
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the command line. Never throws: what is wrong comes back as one sentence. */
export function parseArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): HeadlessArguments {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        "data-dir": { type: "string" },
        port: { type: "string", default: String(DEFAULT_PORT) },
        host: { type: "string", default: "127.0.0.1" },
        simulate: { type: "string", default: "0" },
        "sim-speed": { type: "string", default: "1" },
        "log-level": { type: "string", default: "info" },
        version: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    if (values.version) return { kind: "version" };
    const dataDir = resolve(values["data-dir"] ?? defaultDataDirectory(env, platform));
    return {
      kind: "serve",
      dataDir,
      logDir: join(dataDir, "logs"),
      host: values.host,
      port: numberBetween("--port", values.port, 0, 65_535, true),
      simulate: numberBetween("--simulate", values.simulate, 0, 1_000, true),
      simSpeed: numberBetween("--sim-speed", values["sim-speed"], 0.01, 1_000_000, false),
      logLevel: logLevel(values["log-level"]),
    };
  } catch (error) {
    return { kind: "invalid", message: `${messageOf(error)} (--help lists the options)` };
  }
}

/** This user's data folder by the platform's own convention. */
export function defaultDataDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): string {
  switch (platform) {
    case "win32":
      return join(env.APPDATA ?? join(homedir(), "AppData", "Roaming"), "Nextplate");
    case "darwin":
      return join(homedir(), "Library", "Application Support", "Nextplate");
    default:
      return join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "nextplate");
  }
}

function numberBetween(
  name: string,
  given: string,
  low: number,
  high: number,
  whole: boolean,
): number {
  const value = given.trim() === "" ? Number.NaN : Number(given);
  if (Number.isNaN(value) || value < low || value > high || (whole && !Number.isInteger(value))) {
    throw new Error(
      `${name} takes a ${whole ? "whole " : ""}number from ${low} to ${high}, not "${given}"`,
    );
  }
  return value;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

function logLevel(given: string): LogLevel {
  const level = LEVELS.find((known) => known === given);
  if (level === undefined)
    throw new Error(`--log-level takes ${LEVELS.join(", ")}, not "${given}"`);
  return level;
}
