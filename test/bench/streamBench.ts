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
const Toolhead = z.looseObject({ estimated_print_time: z.number() });
const Status = z.looseObject({
  method: z.literal("notify_status_update"),
  params: z.tuple([z.looseObject({ toolhead: Toolhead }), z.number()]),
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

  // The same frame, once from the machine and once through the host, told by its print time.
  const lateness: number[] = [];
  for (const [n, id] of ids.slice(0, COMPARED).entries()) {
    const direct = await RawClient.connect(`${urls[n] ?? ""}/`);
    const client = await RawClient.connect(`${host.url}printers/${id}/`);
    bench.after(() => Promise.all([direct.close(), client.close()]));
    // Either may be the first to come: the simulator sends to one session after the other.
    const seen = new Map<number, { at: number; by: RawClient }>();
    const compare = (by: RawClient, frame: Buffer): void => {
      const time = printTime(frame);
      if (time === null) return;
      const at = performance.now();
      const other = seen.get(time);
      if (other === undefined) seen.set(time, { at, by });
      else if (other.by !== by) lateness.push(by === client ? at - other.at : other.at - at);
    };
    direct.onNotification((frame) => compare(direct, frame));
    client.onNotification((frame) => compare(client, frame));
    const objects = { toolhead: null, print_stats: null, virtual_sdcard: null, extruder: null };
    await direct.result(z.unknown(), "printer.objects.subscribe", { objects });
    await client.result(z.unknown(), "printer.objects.subscribe", { objects });
  }
  await sleep(3000);
  lateness.length = 0;
  const before = await usageOf(host.child.pid);
  await sleep(seconds * 1000);
  const after = await usageOf(host.child.pid);
  // Fewer than half of what the machines sent, and the comparison says nothing.
  if (lateness.length < COMPARED * 2 * seconds) {
    throw new Error(`only ${lateness.length} frames came both ways`);
  }
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

/** Klipper's own time of what a status frame tells; null for other frames. */
function printTime(frame: Buffer): number | null {
  const notification = Status.safeParse(JSON.parse(frame.toString("utf8")));
  return notification.data?.params[0].toolhead.estimated_print_time ?? null;
}

/** Printers that print and tell of it four times a second, a board that watches, ten clients that compare. */
export const streamBenchmark: Benchmark = {
  name: "stream",
  run: async (bench) => [
    ...(await run(bench, { printers: 50, cpu: 5, memory: 120 })),
    ...(await run(bench, { printers: 300, cpu: 20, memory: 250 })),
  ],
};
