import { parseArgs } from "node:util";
import { parseArguments, type HeadlessArguments } from "../headlessArguments.ts";

/** Options of the host that the desktop app takes too. The address is not one: it stays on loopback. */
const OPTIONS = ["data-dir", "port", "simulate", "sim-speed", "log-level"] as const;

export interface DesktopArguments {
  readonly host: HeadlessArguments;
  /** The port was asked for by number: another one will not do. */
  readonly portNamed: boolean;
}

/**
 * Reads the app's own options and passes over everything else: Electron, Chromium, debuggers and the
 * system add words of theirs to the same command line.
 */
export function parseDesktopArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): DesktopArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(OPTIONS.map((name) => [name, { type: "string" }])),
    strict: false,
    allowPositionals: true,
  });
  const own = OPTIONS.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    // A missing value is passed on as it came: the host's parser says what is wrong.
    return [`--${name}`, ...(typeof value === "string" ? [value] : [])];
  });
  return {
    host: parseArguments(own, env, platform),
    portNamed: values.port !== undefined,
  };
}
