import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noCheckpoint } from "../../electron/host/engine/checkpoints.ts";
import { LEASE_TIMES, type LeaseTimes } from "../../electron/host/engine/leaseMachine.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { createLocalHost } from "../../electron/localHost.ts";
import { metadataWorkerUrl } from "../../electron/paths.ts";
import { systemClock } from "#shared/util/clock.ts";

export interface TestHost {
  /** Root address with a trailing slash. */
  readonly url: string;
  readonly dataDir: string;
  /** Stops it; the data folder stays unless `forget` was asked for. */
  stop(): Promise<void>;
}

/** A whole host in this process, on a free port, in a data folder of its own. */
export async function startTestHost(
  options: {
    dataDir?: string;
    simulate?: number;
    simSpeed?: number;
    leaseTimes?: LeaseTimes;
  } = {},
): Promise<TestHost> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "nextplate-test-")));
  const host = createLocalHost({
    dataDir,
    host: "127.0.0.1",
    port: 0,
    staticDir: null,
    simulate: options.simulate ?? 0,
    simSpeed: options.simSpeed ?? 1000,
    version: "0.0.0-test",
    logger: silentLogger,
    clock: systemClock,
    workerUrl: metadataWorkerUrl(),
    leaseTimes: options.leaseTimes ?? { ...LEASE_TIMES, settle: 100 },
    checkpoint: noCheckpoint,
  });
  const { url } = await host.start();
  return {
    url,
    dataDir,
    async stop() {
      await host.stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
