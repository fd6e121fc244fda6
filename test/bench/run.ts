import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiClient, uploadFile } from "../support/apiClient.ts";
import { startHostProcess } from "../support/hostUnderTest.ts";
import { measure, table, type Measurement } from "./measure.ts";
import { startEcho } from "./echo.ts";
import { fsyncedCommits } from "./commits.ts";

/**
 * `npm run bench`: rates of the host, a process of its own, each beside a limit measured in the same run,
 * since the machine's speed changes from one run to the next. Writes test-output/bench.json.
 */
const GCODE = "G28\nG1 X10 Y0 E1 F3000\nM400\n";
const SECONDS = Number(process.env.BENCH_SECONDS ?? "3");

const dataDir = mkdtempSync(join(tmpdir(), "nextplate-bench-"));
const host = await startHostProcess(dataDir, "--log-level", "warn");
const results: Measurement[] = [];
try {
  const client = await ApiClient.connect(host.url);
  const added = await client.call("farm.printers.add", {
    name: "bench",
    // Nothing listens there: the queue is what is measured.
    link: { kind: "moonraker", address: "http://127.0.0.1:9" },
  });
  if (added === undefined) throw new Error("the printer was not added");
  const stored = await uploadFile(host.url, "bench.gcode", GCODE);
  if (!stored.ok) throw new Error(`upload: ${await stored.text()}`);

  const status = JSON.stringify(await client.call("server.job_queue.status"));
  const echo = await startEcho(status);
  for (const inFlight of [1, 16]) {
    const limit = await measure(`bare ws echo, ${inFlight} in flight`, SECONDS, inFlight, () =>
      echo.client.call("echo"),
    );
    const rate = await measure(`status, queue of 0, ${inFlight} in flight`, SECONDS, inFlight, () =>
      client.call("server.job_queue.status"),
    );
    results.push(limit, { ...rate, limit: limit.name, ratio: rate.perSecond / limit.perSecond });
  }
  await echo.close();

  const commits = fsyncedCommits(join(dataDir, "commits"), SECONDS);
  results.push(commits);
  for (const inFlight of [1, 16]) {
    const rate = await measure(
      `post_job and delete, ${inFlight} in flight`,
      SECONDS,
      inFlight,
      async () => {
        await client.call("server.job_queue.post_job", { filenames: ["bench.gcode"] });
        return client.call("server.job_queue.delete_job", { all: true });
      },
    );
    // Two durable commands each.
    const perSecond = rate.perSecond * 2;
    results.push({ ...rate, perSecond, limit: commits.name, ratio: perSecond / commits.perSecond });
  }
  await client.close();
} finally {
  await host.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
mkdirSync("test-output", { recursive: true });
writeFileSync("test-output/bench.json", `${JSON.stringify(results, undefined, 2)}\n`);
process.stdout.write(`${table(results)}\n`);
