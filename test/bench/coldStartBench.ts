import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Bench, Benchmark } from "./bench.ts";
import { startSimulators, untilPrinters } from "./farm.ts";
import { fillStore } from "./filledStore.ts";
import { judged, type Row, summary } from "./measure.ts";
import { usageOf } from "./processUsage.ts";
import { RawClient } from "./rawClient.ts";

const LIVE = 100;
/**
 * Seconds until the dead printers are tried every half a minute (the waits double from one second), and over
 * which CPU is counted: all of them are tried once or more in that time.
 */
const SETTLE = 45;
const WATCH = 35;

/** A server that takes connections and then does `serve`; its address. */
async function listen(bench: Bench, serve: (server: Server) => void): Promise<string> {
  const server = createServer();
  serve(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  bench.after(async () => server.close());
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return `http://127.0.0.1:${port}`;
}

/** 200 addresses at which no printer will ever answer, each in one of three ways. */
async function deadPrinters(bench: Bench): Promise<readonly string[]> {
  const silent = await listen(bench, (server) => {
    server.on("connection", (socket) => socket.on("error", () => socket.destroy()));
  });
  const unfinished = await listen(bench, (server) => {
    server.on("connection", (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () =>
        socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websoc"),
      );
    });
  });
  return [
    // Nothing listens on the discard port.
    ...Array.from({ length: 100 }, () => "http://127.0.0.1:9"),
    ...Array.from({ length: 50 }, () => silent),
    ...Array.from({ length: 50 }, () => unfinished),
  ];
}

/** CPU of a host in per cent of one core while nothing is asked of it. */
async function restingCpu(pid: number | undefined): Promise<number> {
  const before = await usageOf(pid);
  await sleep(WATCH * 1000);
  const after = await usageOf(pid);
  return before === null || after === null ? Number.NaN : (after.cpu - before.cpu) / (WATCH * 10);
}

/** From the start of the process to an API that answers, and to all living printers ready. */
export const coldStartBenchmark: Benchmark = {
  name: "cold-start",
  async run(bench) {
    const dead = await deadPrinters(bench);
    const simulators = await startSimulators(bench, LIVE);
    const live = simulators.printers.map(({ url }) => url);
    const data = join(bench.folder, "full");
    await fillStore(data, { printers: [...live, ...dead], jobs: 1000, attempts: 50_000 });

    const began = performance.now();
    const host = await bench.startHost(data);
    const client = await RawClient.connect(host.url);
    await client.result(z.unknown(), "server.info");
    const answers = performance.now() - began;
    await untilPrinters(client, LIVE, "all live printers", ({ link, klippy }) => {
      return link.state === "connected" && klippy.state === "ready";
    });
    const ready = performance.now() - began;
    const usage = await usageOf(host.child.pid);
    const start = timed("cold start: API answers", answers);
    const farm = timed(`cold start: ${LIVE} live printers ready`, ready);
    await client.close();
    await host.stop();

    const deadData = join(bench.folder, "dead");
    await fillStore(deadData, { printers: dead });
    const lonely = await bench.startHost(deadData);
    const empty = await bench.startHost();
    await sleep(SETTLE * 1000);
    const [withDead, without] = await Promise.all([
      restingCpu(lonely.child.pid),
      restingCpu(empty.child.pid),
    ]);
    const cost = withDead - without;
    const row: Row = { ...timed("cold start: CPU of 200 dead printers, % of a core", cost) };
    return [
      judged(start, "answer", answers, { below: 1000 }, "ms"),
      judged({ ...farm, memory: usage?.memory ?? null }, "all ready", ready, { below: 5000 }, "ms"),
      judged(row, "CPU of the dead", cost, { below: 1 }, "% of a core"),
    ];
  },
};

function timed(name: string, value: number): Row {
  return summary(name, [value], 0);
}
