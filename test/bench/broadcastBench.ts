import * as z from "zod";
import { uploadFile } from "../support/apiClient.ts";
import type { Benchmark } from "./bench.ts";
import { startLimitServer } from "./limits.ts";
import { measure, percent, type Row } from "./measure.ts";
import { RawClient } from "./rawClient.ts";

const CLIENTS = [1, 10, 50];
/**
 * Changes a second on both sides: a listener that never sleeps costs its sender less, since nobody has to
 * wake it, and the server that does nothing else would be compared at twice the rate.
 */
const RATE = 200;
const FILENAMES = Array.from({ length: 100 }, () => "bench.gcode");

interface Side {
  readonly name: string;
  readonly url: string;
  readonly pid: number | undefined;
  /** Makes one change that all clients are told of. */
  readonly change: () => Promise<unknown>;
}

/**
 * One queue of 100 jobs whose order changes, told to 1, 10 and 50 clients; beside it a server that sends
 * the same bytes to as many. Compared is the CPU of one further client.
 */
export const broadcastBenchmark: Benchmark = {
  name: "broadcast",
  async run(bench) {
    const host = await bench.startHost();
    const client = await RawClient.connect(host.url);
    bench.after(() => client.close());
    const link = { kind: "moonraker", address: "http://127.0.0.1:9" };
    await client.result(z.unknown(), "farm.printers.add", { name: "bench", link });
    const stored = await uploadFile(host.url, "bench.gcode", "G28\nG1 X10 E1\n");
    if (!stored.ok) throw new Error(`upload: ${await stored.text()}`);
    await client.ask("server.job_queue.post_job", { filenames: FILENAMES });
    const Status = z.looseObject({ queued_jobs: z.array(z.looseObject({ job_id: z.string() })) });
    const status = await client.result(Status, "server.job_queue.status");
    const ids = status.queued_jobs.map(({ job_id }) => job_id);

    const limits = await startLimitServer(bench.folder);
    bench.after(() => limits.stop());
    const caller = await RawClient.connect(limits.url);
    bench.after(() => caller.close());
    await caller.ask("keep", status);
    let turn = 0;
    const sides: readonly Side[] = [
      { name: "bare send", ...limits, change: () => caller.ask("broadcast") },
      {
        name: "queue change",
        url: host.url,
        pid: host.child.pid,
        change: () => client.ask("server.job_queue.jump", { job_id: ids[++turn % ids.length] }),
      },
    ];
    const rows: Row[] = [];
    const further: number[] = [];
    for (const side of sides) {
      const listeners: RawClient[] = [];
      const costs: number[] = [];
      for (const count of CLIENTS) {
        while (listeners.length < count) listeners.push(await RawClient.connect(side.url));
        const row = await measure({
          name: `${side.name} to ${count} clients`,
          seconds: bench.seconds,
          inFlight: 4,
          rate: RATE,
          pid: side.pid,
          operation: side.change,
        });
        rows.push(row);
        costs.push(row.cpu ?? Number.NaN);
      }
      for (const listener of listeners) await listener.close();
      further.push(((costs.at(-1) ?? 0) - (costs[0] ?? 0)) / 49);
    }
    const [bare = Number.NaN, ours = Number.NaN] = further;
    const last = rows.at(-1);
    if (last === undefined) return rows;
    const verdict = {
      required: "a further client costs at most 120 % of a bare send",
      measured: `${percent(ours / bare)} (${(ours * 1000).toFixed(1)} against ${(bare * 1000).toFixed(1)} microseconds)`,
      met: ours <= 1.2 * bare,
    };
    return [...rows.slice(0, -1), { ...last, verdicts: [verdict] }];
  },
};
