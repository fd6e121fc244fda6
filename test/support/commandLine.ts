import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { waitFor } from "./apiClient.ts";

const CLI = fileURLToPath(new URL("../../electron/cli/nextplate.ts", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A program of its own, run to its end; it is killed after a minute. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = await once(child, "close");
  return { code: z.number().nullable().parse(code), out, err };
}

/** `nextplate ARGS` as a user types it. */
export function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return runProgram(process.execPath, [CLI, ...args], { env });
}

/** A `nextplate watch` that goes on. */
export function startWatch(args: readonly string[]): {
  readonly lines: () => string[];
  /** Ctrl+C; resolves to the exit code. */
  interrupt(): Promise<number | null>;
} {
  const child = spawn(process.execPath, [CLI, "watch", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const exit = once(child, "exit");
  return {
    lines: () => out.split("\n").filter((line) => line !== ""),
    async interrupt() {
      await waitFor("the watch to say something", () => out !== "");
      child.kill("SIGINT");
      const [code] = await exit;
      return z.number().nullable().parse(code);
    },
  };
}
