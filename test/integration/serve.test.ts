import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { waitFor } from "../support/apiClient.ts";
import { startServe } from "../support/hostUnderTest.ts";

const ENTRY = fileURLToPath(new URL("../../electron/headless.ts", import.meta.url));
const MANIFEST = new URL("../../package.json", import.meta.url);

interface Run {
  readonly child: ChildProcess;
  output(): string;
  complaint(): string;
  exit: Promise<number | null>;
}

let folder: string;
const runs: Run[] = [];

function serve(...args: string[]): Run {
  const child = spawn(process.execPath, [ENTRY, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (err += chunk.toString()));
  const exit = once(child, "close").then(([code]) => z.number().nullable().parse(code));
  const run = { child, output: () => out, complaint: () => err, exit };
  runs.push(run);
  return run;
}

/** Starts a host that must come up, and returns its address. */
async function ready(...args: string[]): Promise<{ run: Run; url: string }> {
  const run = serve(...args);
  const url = await waitFor("the ready line", () => {
    if (run.child.exitCode !== null) throw new Error(run.complaint());
    return /^nextplate ready (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(run.output())?.[1];
  });
  return { run, url };
}

/** The one line a failed start ends with. */
async function failure(...args: string[]): Promise<string> {
  const run = serve(...args);
  expect(await run.exit).toBe(1);
  const lines = run.complaint().trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(run.output()).toBe("");
  return lines[0] ?? "";
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-serve-"));
});

afterEach(async () => {
  for (const { child, exit } of runs.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exit;
  }
  await rm(folder, { recursive: true, force: true });
});

describe("npm run serve", () => {
  it("runs what was built, and ends cleanly when told to", async () => {
    const host = await startServe(folder, []);
    const board = await fetch(host.url);
    expect(board.status).toBe(200);
    expect(await host.stop()).toBe(0);
  });
});

describe("the host without a window", () => {
  it("prints its version and its help", async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(MANIFEST, "utf8")));
    const asked = serve("--version");
    expect(await asked.exit).toBe(0);
    expect(asked.output()).toBe(`${version}\n`);
    const help = serve("--help");
    expect(await help.exit).toBe(0);
    expect(help.output()).toContain("--data-dir DIR");
  });

  it.each(["SIGTERM", "SIGINT"] as const)("answers, and ends with 0 at %s", async (signal) => {
    const { run, url } = await ready("--data-dir", folder, "--port", "0", "--simulate", "2");
    const answer = await fetch(`${url}server/job_queue/status`);
    expect(await answer.json()).toEqual({ result: { queued_jobs: [], queue_state: "paused" } });
    run.child.kill(signal);
    expect(await run.exit).toBe(0);
    expect(run.complaint()).toBe("");
  });

  it("says that a port is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = z.object({ port: z.number() }).parse(taken.address());
    const line = await failure("--data-dir", folder, "--port", String(port));
    expect(line).toMatch(new RegExp(`port ${port} .*in use`, "i"));
    taken.close();
  });

  it("says that a folder belongs to another instance", async () => {
    await ready("--data-dir", folder, "--port", "0");
    expect(await failure("--data-dir", folder, "--port", "0")).toMatch(
      /in use by another Nextplate/i,
    );
  });

  it("says that a folder cannot be written", async () => {
    // A file where the folder should be: also root cannot write there.
    const file = join(folder, "file");
    await writeFile(file, "");
    const line = await failure("--data-dir", join(file, "data"), "--port", "0");
    expect(line).toMatch(/cannot be written/i);
  });

  it("refuses a database written by a newer version, and leaves it as it is", async () => {
    const { run } = await ready("--data-dir", folder, "--port", "0");
    run.child.kill("SIGTERM");
    await run.exit;
    const file = join(folder, "nextplate.db");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 9999");
    database.close();
    const before = await readFile(file);
    expect(await failure("--data-dir", folder, "--port", "0")).toMatch(/newer/i);
    expect(await readFile(file)).toEqual(before);
  });

  it("says what is wrong with an option", async () => {
    expect(await failure("--port", "http")).toContain(
      '--port takes a whole number from 0 to 65535, not "http"',
    );
  });
});
