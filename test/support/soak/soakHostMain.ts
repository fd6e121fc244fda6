import { getActiveResourcesInfo } from "node:process";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { messageOf } from "#shared/rpc/errors.ts";
import { type Clock, scaledClock, systemClock } from "#shared/util/clock.ts";
import { LEASE_TIMES, type LeaseTimes } from "../../../electron/host/engine/leaseMachine.ts";
import { noCheckpoint } from "../../../electron/host/engine/checkpoints.ts";
import { openLogFile } from "../../../electron/host/log/pinoLogger.ts";
import { createLocalHost } from "../../../electron/localHost.ts";
import { metadataWorkerUrl } from "../../../electron/paths.ts";
import type { SoakMessage } from "./soakHost.ts";

/**
 * The host as a process of its own on a clock that runs faster, `node soakHostMain.ts DIR LOGS FACTOR
 * ORIGIN`: it answers each message of its parent with what it holds at that moment.
 */
const [dataDir = "", logDir = "", factor = "1", origin = "0"] = process.argv.slice(2);
const delay = monitorEventLoopDelay({ resolution: 10 });
const tell = (message: SoakMessage): void => void process.send?.(message);

const time = { factor: Number(factor), origin: Number(origin) };
const clock = scaledClock(time);
/**
 * Milliseconds of patience with a printer or a client are the computer's: a deadline of five seconds in a
 * quarter of one would judge the load of this machine and not the host. The lease is such a deadline too.
 */
const networkClock: Clock = { ...systemClock, now: () => clock.now() };
const leaseTimes: LeaseTimes = {
  renew: LEASE_TIMES.renew * time.factor,
  stale: LEASE_TIMES.stale * time.factor,
  startWithin: LEASE_TIMES.startWithin * time.factor,
  confirmedWithin: LEASE_TIMES.confirmedWithin * time.factor,
  settle: LEASE_TIMES.settle * time.factor,
};

const host = createLocalHost({
  dataDir,
  host: "127.0.0.1",
  port: 0,
  staticDir: null,
  simulate: 0,
  simSpeed: 1,
  version: "0.0.0-test",
  logger: openLogFile(logDir, "info"),
  clock,
  networkClock,
  leaseTimes,
  workerUrl: metadataWorkerUrl(),
  checkpoint: noCheckpoint,
});

function stop(): void {
  host.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exit(1);
    },
  );
}

/** Collected twice: what the first round finalises, the second frees. */
function measure(): void {
  const milliseconds = (nanoseconds: number): number => Math.round(nanoseconds / 1e5) / 10;
  const loop = { p99: milliseconds(delay.percentile(99)), max: milliseconds(delay.max) };
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const resources = getActiveResourcesInfo();
  const timers = resources.filter((kind) => kind === "Timeout").length;
  tell({ kind: "measured", rss, heap: heapUsed, timers, handles: resources.length - timers, loop });
  delay.reset();
}

process.on("message", measure);
process.once("SIGTERM", stop);
// Whoever started it is gone.
process.once("disconnect", stop);
delay.enable();
const { url } = await host.start();
tell({ kind: "ready", url });
