import { join } from "node:path";
import * as z from "zod";
import { uploadFile, waitFor } from "../support/apiClient.ts";
import { FarmSnapshot } from "#shared/contract/farm.ts";
import type { Benchmark } from "./bench.ts";
import { startSimulators, untilPrinters } from "./farm.ts";
import { fillStore } from "./filledStore.ts";
import { judged, quantile, summary, withUsage } from "./measure.ts";
import { usageOf } from "./processUsage.ts";
import { RawClient } from "./rawClient.ts";

const PRINTERS = 20;
const SIZE = 4 * 1024 * 1024;
/** Bytes a second that each machine takes, and the one slow machine. */
const RATE = 2 * 1024 * 1024;
const SLOW = RATE / 8;

/**
 * 20 printers on machines of their own are to print a file each that none has yet. Each machine takes 2 MB a
 * second, one an eighth of it: the others must have their file in the time it takes one alone.
 */
export const stagingBenchmark: Benchmark = {
  name: "staging",
  async run(bench) {
    const simulators = await startSimulators(bench, PRINTERS, 1);
    const data = join(bench.folder, "staging");
    const urls = simulators.printers.map(({ url }) => url);
    const ids = await fillStore(data, {
      printers: urls,
      options: { platePolicy: "self_clearing", clearGrace: 0 },
    });
    for (const [n, { name }] of simulators.printers.entries()) {
      await simulators.fault(name, "uploadSlow", n === 0 ? SLOW : RATE);
    }
    const back = "G1 X200 Y100 E2 F6000\nG1 X10 Y10 E2 F6000\n";
    const gcode = `G28\n${back.repeat(Math.ceil(SIZE / back.length))}`;
    // What one machine takes alone, from a client without a host between.
    const direct = performance.now();
    await uploadFile(`${urls[1] ?? ""}/`, "alone.gcode", `${gcode}; alone\n`);
    const alone = performance.now() - direct;
    const host = await bench.startHost(data);
    const client = await RawClient.connect(host.url);
    bench.after(() => client.close());
    // The right to start is settled seconds after a connection: not what is measured.
    await untilPrinters(
      client,
      PRINTERS,
      "all",
      ({ klippy, master }) => klippy.state === "ready" && master.state === "held",
    );
    for (const id of ids) {
      const stored = await uploadFile(`${host.url}printers/${id}/`, "part.gcode", gcode);
      if (!stored.ok) throw new Error(`upload: ${await stored.text()}`);
    }
    const { printers } = await client.result(FarmSnapshot, "farm.snapshot");
    for (const { id, plate } of printers) {
      const { revision } = plate;
      await client.result(z.unknown(), "farm.plate.set", { printer: id, state: "clear", revision });
    }
    const before = await usageOf(host.child.pid);
    const began = Date.now();
    const files = [{ filename: "part.gcode" }];
    await Promise.all(
      ids.map((printer) =>
        client.result(z.unknown(), "farm.queue.post", { printer, files, start: true }),
      ),
    );
    const uploads = await waitFor(
      "all files",
      async () => {
        const record = await simulators.record();
        const found = record.filter(
          ({ event, path = "" }) => event === "upload" && !path.includes("alone"),
        );
        return found.length >= PRINTERS && found;
      },
      60_000,
    );
    const slow = simulators.printers[0]?.name;
    const times = uploads.filter(({ printer }) => printer !== slow).map(({ time }) => time - began);
    const slowest = quantile(
      times.toSorted((a, b) => a - b),
      1,
    );
    const after = await usageOf(host.child.pid);
    const timed = summary(`staging to ${PRINTERS - 1} printers beside a slow one`, times, 0);
    const row = withUsage(timed, before, after, PRINTERS);
    const limit = { ...row, limit: "the time of one transfer alone", ratio: alone / slowest };
    return [judged(limit, "slowest of them", slowest / alone, { below: 1.5 }, "times one alone")];
  },
};
