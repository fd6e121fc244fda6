import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Bench, Benchmark } from "./bench.ts";
import { longGcode, printAtTheMachine, startSimulators, untilPrinters } from "./farm.ts";
import { fillStore } from "./filledStore.ts";
import { judged, quantile, type Row, summary } from "./measure.ts";
import { usageOf } from "./processUsage.ts";
import { RawClient } from "./rawClient.ts";

/** Printers whose frames are compared with what the machine itself sent. */
const COMPARED = 10;
const Status = z.looseObject({
  method: z.string(),
  params: z.tuple([z.record(z.string(), z.unknown()), z.number()]).optional(),
});

interface Size {
  readonly printers: number;
  readonly cpu: number;
  readonly memory: number;
}

async function run(bench: Bench, { printers, cpu, memory }: Size): Promise<readonly Row[]> {
  const seconds = Math.max(10, bench.seconds);
  const simulators = await startSimulators(bench, printers);
  const urls = simulators.printers.map(({ url }) => url);
  const data = join(bench.folder, `stream-${printers}`);
  const ids = await fillStore(data, { printers: urls });
  const gcode = longGcode(seconds + 120);
  for (const url of urls) await printAtTheMachine(url, gcode);
  const host = await bench.startHost(data);
  const board = await RawClient.connect(host.url);
  bench.after(() => board.close());
  await untilPrinters(board, printers, "all prints", ({ current }) => current !== null);

  // The same frame, once from the machine and once through the host, told by Klipper's own time.
  const lateness: number[] = [];
  for (const [n, id] of ids.slice(0, COMPARED).entries()) {
    const direct = await RawClient.connect(`${urls[n] ?? ""}/`);
    const client = await RawClient.connect(`${host.url}printers/${id}/`);
    bench.after(() => Promise.all([direct.close(), client.close()]));
    const sent = new Map<number, number>();
    direct.onNotification((frame) => {
      const time = eventTime(frame);
      if (time !== null) sent.set(time, performance.now());
    });
    client.onNotification((frame) => {
      const time = eventTime(frame);
      const at = time === null ? undefined : sent.get(time);
      if (at !== undefined) lateness.push(performance.now() - at);
    });
    const objects = { toolhead: null, print_stats: null, virtual_sdcard: null, extruder: null };
    await direct.result(z.unknown(), "printer.objects.subscribe", { objects });
    await client.result(z.unknown(), "printer.objects.subscribe", { objects });
  }
  await sleep(3000);
  lateness.length = 0;
  const before = await usageOf(host.child.pid);
  await sleep(seconds * 1000);
  const after = await usageOf(host.child.pid);
  const sorted = lateness.toSorted((a, b) => a - b);
  const row = summary(`stream of ${printers} printers: delay of a frame`, lateness, seconds * 1000);
  const share =
    before === null || after === null ? Number.NaN : (after.cpu - before.cpu) / (seconds * 10);
  const used = after?.memory ?? Number.NaN;
  const frames = printers * 4 * seconds;
  const full = { ...row, cpu: (share * seconds * 10) / frames, memory: used };
  const late = judged(full, "p99", quantile(sorted, 0.99), { below: 100 }, "ms");
  const busy = judged(late, "CPU", share, { below: cpu }, "% of a core");
  await host.stop();
  await simulators.stop();
  return [judged(busy, "memory", used, { below: memory }, "MB")];
}

function eventTime(frame: Buffer): number | null {
  const { method, params } = Status.parse(JSON.parse(frame.toString("utf8")));
  return method === "notify_status_update" && params !== undefined ? params[1] : null;
}

/** Printers that print and tell of it four times a second, a board that watches, ten clients that compare. */
export const streamBenchmark: Benchmark = {
  name: "stream",
  run: async (bench) => [
    ...(await run(bench, { printers: 50, cpu: 5, memory: 120 })),
    ...(await run(bench, { printers: 300, cpu: 20, memory: 250 })),
  ],
};
