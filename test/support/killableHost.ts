import { createInterface } from "node:readline";
import { systemClock } from "#shared/util/clock.ts";
import { CHECKPOINTS, type CheckpointName } from "../../electron/host/engine/checkpoints.ts";
import { LEASE_TIMES } from "../../electron/host/engine/leaseMachine.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { createLocalHost } from "../../electron/localHost.ts";
import { metadataWorkerUrl } from "../../electron/paths.ts";

/**
 * The host as a process of its own that kills itself with SIGKILL at a checkpoint: `node killableHost.ts DIR`,
 * then a line `<checkpoint> <nth>` on standard input, answered by `armed`, says where. Until then, and
 * without such a line, it is the host as everyone runs it.
 */
let target: CheckpointName | undefined;
let left = 0;

const host = createLocalHost({
  dataDir: process.argv[2] ?? "",
  host: "127.0.0.1",
  port: 0,
  staticDir: null,
  simulate: 0,
  simSpeed: 1,
  version: "0.0.0-test",
  logger: silentLogger,
  clock: systemClock,
  workerUrl: metadataWorkerUrl(),
  // No second host is about: nobody has to be waited for after each restart.
  leaseTimes: { ...LEASE_TIMES, settle: 100 },
  checkpoint(name) {
    if (name === target && --left === 0) process.kill(process.pid, "SIGKILL");
  },
});

const orders = createInterface({ input: process.stdin });
// The test that started it is gone, however it ended: nobody else would end it.
orders.once("close", () => process.kill(process.pid, "SIGKILL"));
orders.on("line", (line) => {
  const [name, nth] = line.split(" ");
  target = CHECKPOINTS.find((known) => known === name);
  if (target === undefined) throw new Error(`There is no checkpoint ${name}`);
  left = Number(nth);
  process.stdout.write("armed\n");
});
process.once("SIGTERM", () => void host.stop().then(() => process.exit(0)));

const { url } = await host.start();
process.stdout.write(`nextplate ready ${url}\n`);
