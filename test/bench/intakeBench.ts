import { execFile } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import type { Benchmark } from "./bench.ts";
import { takeLoopDelays, WATCH_LOOP } from "./loopDelay.ts";
import { judged, type Row, summary, withUsage } from "./measure.ts";
import { usageOf } from "./processUsage.ts";
import { RawClient } from "./rawClient.ts";

const SIZE = 200 * 1024 * 1024;
const FIXTURE = new URL("../fixtures/gcode/cube20_0.2mm_PETG.gcode", import.meta.url);
const UPLOADER = fileURLToPath(new URL("./uploadMain.ts", import.meta.url));
const run = promisify(execFile);

/** A real sliced file whose moves are repeated until it is as large as wanted. */
function writeLargeFile(path: string): void {
  const real = readFileSync(FIXTURE);
  const half = real.indexOf("\n", real.length / 2) + 1;
  const head = real.subarray(0, half);
  const body = real.subarray(real.indexOf("\n", real.length / 4) + 1, half);
  appendFileSync(path, head);
  for (let size = real.length; size < SIZE; size += body.length) appendFileSync(path, body);
  appendFileSync(path, real.subarray(half));
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task();
  return performance.now() - began;
}

async function upload(url: string, path: string, name: string): Promise<number> {
  const { stdout } = await run(process.execPath, [
    UPLOADER,
    `${url}server/files/upload`,
    path,
    name,
  ]);
  const [status, took] = stdout.trim().split(" ");
  if (status !== "201") throw new Error(`the upload was answered ${stdout}`);
  return Number(took);
}

/** 200 MB into the library, beside `sha256sum` and `dd conv=fsync` of the same file; then what is in it. */
export const intakeBenchmark: Benchmark = {
  name: "intake",
  async run(bench) {
    const host = await bench.startHost(undefined, ...WATCH_LOOP);
    const client = await RawClient.connect(host.url);
    bench.after(() => client.close());
    const link = { kind: "moonraker", address: "http://127.0.0.1:9" };
    await client.result(z.unknown(), "farm.printers.add", { name: "bench", link });
    const file = join(bench.folder, "large.gcode");
    writeLargeFile(file);
    await run("cat", [file], { maxBuffer: 2 * SIZE, encoding: "buffer" });
    const hashing = await timed(() => run("sha256sum", [file]));
    const copying = await timed(() =>
      run("dd", [`if=${file}`, `of=${file}.copy`, "bs=1M", "conv=fsync"]),
    );

    await takeLoopDelays(host.child);
    const before = await usageOf(host.child.pid);
    const took = await upload(host.url, file, "large.gcode");
    const after = await usageOf(host.child.pid);
    const busy = await takeLoopDelays(host.child);
    const parsing = await timed(() => metadata(client, "large.gcode"));
    const parsed = await usageOf(host.child.pid);
    const during = await takeLoopDelays(host.child);
    await upload(host.url, file, "again.gcode");
    const again = await timed(() => metadata(client, "again.gcode"));

    const limit = summary("sha256sum and dd conv=fsync of 200 MB", [hashing + copying], 0);
    const ratio = took / (hashing + copying);
    const intake: Row = {
      ...withUsage(summary("intake of 200 MB", [took], 0), before, after, 1),
      limit: limit.name,
      ratio,
      verdicts: [
        {
          required: "at most 1.5 times sha256sum and dd",
          measured: `${ratio.toFixed(2)} times`,
          met: ratio <= 1.5,
        },
      ],
    };
    const metadataRow = summary("metadata of 200 MB", [parsing], 0);
    const known = summary("metadata of the same bytes by another name", [again], 0);
    return [
      limit,
      judged(intake, "event-loop delay p99.9", busy.p999, { below: 20 }, "ms"),
      judged(
        judged(withUsage(metadataRow, after, parsed, 1), "time", parsing, { below: 300 }, "ms"),
        "longest delay of the main thread",
        during.longest,
        { below: 50 },
        "ms",
      ),
      judged(known, "time", again, { below: 50 }, "ms"),
    ];
  },
};

async function metadata(client: RawClient, filename: string): Promise<void> {
  const Known = z.looseObject({ estimated_time: z.number() });
  await client.result(Known, "server.files.metadata", { filename });
}
