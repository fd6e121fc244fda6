import { join } from "node:path";
import * as z from "zod";
import type { Benchmark } from "./bench.ts";
import { fillStore } from "./filledStore.ts";
import { judged, measure, type Row } from "./measure.ts";
import { RawClient } from "./rawClient.ts";

const Page = z.object({ attempts: z.array(z.unknown()), cursor: z.string().nullable() });
const DAY = 86_400;

/** `farm.history.list` in 50,000 attempts of 20 printers, each filter alone and all pages one after another. */
export const historyBenchmark: Benchmark = {
  name: "history",
  async run(bench) {
    const data = join(bench.folder, "history");
    await fillStore(data, {
      printers: Array.from({ length: 20 }, () => "http://127.0.0.1:9"),
      options: { outOfService: true },
      attempts: 50_000,
    });
    const host = await bench.startHost(data);
    const client = await RawClient.connect(host.url);
    bench.after(() => client.close());
    const now = Date.now() / 1000;
    const filters: readonly (readonly [string, object])[] = [
      ["newest page", {}],
      ["one printer", { printer: "printer-7" }],
      ["one outcome", { outcome: "failed" }],
      ["part of a name", { filename: "part-3" }],
      ["a name nothing has", { filename: "nothing" }],
      [
        "a month of one printer",
        { printer: "printer-7", since: now - 60 * DAY, before: now - 30 * DAY },
      ],
    ];
    const rows: Row[] = [];
    for (const [what, filter] of filters) {
      const row = await measure({
        name: `history: ${what}`,
        seconds: Math.min(2, bench.seconds),
        inFlight: 1,
        pid: host.child.pid,
        operation: () => client.ask("farm.history.list", filter),
      });
      rows.push(judged(row, "p95", row.p95, { below: 20 }, "ms"));
    }
    let cursor: string | null = null;
    const row = await measure({
      name: "history: page after page",
      seconds: Math.min(2, bench.seconds),
      inFlight: 1,
      pid: host.child.pid,
      async operation() {
        const params = cursor === null ? {} : { cursor };
        ({ cursor } = await client.result(Page, "farm.history.list", params));
      },
    });
    rows.push(judged(row, "p95", row.p95, { below: 20 }, "ms"));
    return rows;
  },
};
