import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { FarmSnapshot } from "#shared/contract/farm.ts";

/**
 * `npm run demo`: a host in a folder of its own with six simulated printers, real sliced files queued
 * through the documented API, and queues running. Every second printer clears its plate itself, the others
 * ask before each next print; some are found printing, finished or off. Everything is gone when it ends.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const FILES = [
  "bracket_0.2mm_PETG.gcode",
  "vase_0.2mm_PETG.gcode",
  "cube20_0.2mm_PETG.gcode",
  "hex-spacer_0.2mm_PETG.gcode",
] as const;
const PRINTERS = 6;
/** Times faster than real: a cube takes a minute. */
const SPEED = "25";

const given = process.argv.slice(2).filter((word) => word !== "--demo");
const dataDir = mkdtempSync(join(tmpdir(), "nextplate-demo-"));
const host = spawn(
  process.execPath,
  [
    "--max-semi-space-size=4",
    join(root, "out/main/headless.js"),
    `--data-dir=${dataDir}`,
    `--simulate=${PRINTERS}`,
    `--sim-speed=${SPEED}`,
    ...given,
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
host.on("exit", (code) => {
  rmSync(dataDir, { recursive: true, force: true });
  process.exitCode = code ?? 0;
});
// A terminal's Ctrl+C reaches the host too; a plain kill of this process must be handed on.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => host.kill("SIGTERM"));

const Answer = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ message: z.string() }) }),
]);

async function call(base: string, method: string, params: object): Promise<unknown> {
  const response = await fetch(`${base}server/jsonrpc`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", method, params, id: 1 }),
  });
  const answer = Answer.parse(await response.json());
  if ("error" in answer) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

async function upload(base: string, printer: string, name: string): Promise<void> {
  const form = new FormData();
  const bytes = readFileSync(join(root, "test/fixtures/gcode", name));
  form.append("file", new Blob([bytes]), name);
  const answer = await fetch(`${base}printers/${printer}/server/files/upload`, {
    method: "POST",
    body: form,
  });
  if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
}

/** Waits until every printer is known to be on or off, so that the plates can be looked at. */
async function settled(base: string): Promise<FarmSnapshot> {
  for (;;) {
    const snapshot = FarmSnapshot.parse(await call(base, "farm.snapshot", {}));
    if (snapshot.printers.every(({ activity }) => activity !== "unknown")) return snapshot;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function seed(base: string): Promise<void> {
  const { printers } = await settled(base);
  for (const [index, { id, plate, activity }] of printers.entries()) {
    if (index % 2 === 1) {
      const options = { plate_policy: "self_clearing" };
      await call(base, "farm.printers.update", { printer: id, options });
    }
    const files = FILES.map((_, n) => FILES[(index + n) % FILES.length] ?? FILES[0]);
    for (const name of files) await upload(base, id, name);
    await call(base, "farm.queue.post", {
      printer: id,
      files: files.map((filename, n) => ({ filename, copies: n + 1 })),
    });
    // A print that was there before us, or a printer that is off: its plate is left for you to look at.
    if (activity === "idle" && plate.state !== "occupied") {
      const word = { printer: id, state: "clear", revision: plate.revision };
      await call(base, "farm.plate.set", word);
    }
    await call(base, "farm.queue.start", { printer: id });
  }
}

for await (const line of createInterface(host.stdout)) {
  const url = /^nextplate ready (\S+)$/.exec(line)?.[1];
  if (url === undefined) continue;
  await seed(url).catch((error: unknown) => {
    host.kill("SIGTERM");
    throw error;
  });
  process.stdout.write(
    `nextplate ready ${url}\n\nOpen ${url} in a browser. Ctrl+C ends the demo.\n`,
  );
}
