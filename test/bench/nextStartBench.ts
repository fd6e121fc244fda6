import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import * as z from "zod";
import { uploadFile, waitFor } from "../support/apiClient.ts";
import { FarmSnapshot } from "#shared/contract/farm.ts";
import type { Benchmark } from "./bench.ts";
import { startSimulators, untilPrinters } from "./farm.ts";
import { fillStore } from "./filledStore.ts";
import { judged, summary, withUsage } from "./measure.ts";
import { usageOf } from "./processUsage.ts";
import { RawClient } from "./rawClient.ts";

const PRINTS = 40;
const Stored = z.object({ endedAt: z.number(), startSentAt: z.number().nullable() });

/**
 * Short prints one after another on a self-clearing printer, the file there since the first. Counted from
 * the turn that took in the evidence of an end to the turn that sent the next start, as the store has them:
 * in between lie two commits, the check of the file and of the right to start at the printer.
 */
export const nextStartBenchmark: Benchmark = {
  name: "next-start",
  async run(bench) {
    const simulators = await startSimulators(bench, 1, 20);
    const data = join(bench.folder, "next-start");
    const urls = simulators.printers.map(({ url }) => url);
    const [id = ""] = await fillStore(data, {
      printers: urls,
      options: { platePolicy: "self_clearing", clearGrace: 0 },
    });
    const host = await bench.startHost(data);
    const client = await RawClient.connect(host.url);
    bench.after(() => client.close());
    await untilPrinters(client, 1, "the printer", ({ klippy }) => klippy.state === "ready");
    const gcode = "G28\nG1 X10 Y10 E1 F6000\nG1 X50 Y50 E2 F6000\nM400\n";
    const stored = await uploadFile(`${host.url}printers/${id}/`, "short.gcode", gcode);
    if (!stored.ok) throw new Error(`upload: ${await stored.text()}`);
    await client.result(z.unknown(), "farm.queue.post", {
      printer: id,
      files: [{ filename: "short.gcode", copies: PRINTS }],
    });
    const { printers } = await client.result(FarmSnapshot, "farm.snapshot");
    const revision = printers[0]?.plate.revision ?? 0;
    await client.result(z.unknown(), "farm.plate.set", { printer: id, state: "clear", revision });
    const before = await usageOf(host.child.pid);
    await client.result(z.unknown(), "farm.queue.start", { printer: id });
    await waitFor(
      "all prints",
      async () => {
        // Seldom: what is asked is part of what is measured.
        await sleep(250);
        const snapshot = await client.result(FarmSnapshot, "farm.snapshot");
        const [view] = snapshot.printers;
        return view?.queue.rows.length === 0 && view.current === null;
      },
      70_000,
    );
    const after = await usageOf(host.child.pid);
    await host.stop();
    const database = new DatabaseSync(join(data, "nextplate.db"), { readOnly: true });
    const bodies = database.prepare("SELECT body FROM attempts ORDER BY id").all();
    database.close();
    const attempts = bodies.map((row) =>
      Stored.parse(JSON.parse(z.object({ body: z.string() }).parse(row).body)),
    );
    const gaps = attempts
      .slice(1)
      .map(({ startSentAt }, n) => (startSentAt ?? Infinity) - (attempts[n]?.endedAt ?? 0));
    const timed = summary(`end to next start, ${gaps.length} times`, gaps, 0);
    const row = withUsage(timed, before, after, PRINTS);
    return [judged(row, "p95", row.p95, { below: 20 }, "ms")];
  },
};
