import { silentLogger } from "../../electron/host/log/logger.ts";
import { LEASE_TIMES } from "../../electron/host/engine/leaseMachine.ts";
import * as z from "zod";
import { startTestHost } from "./testHost.ts";

// A host as a process of its own whose lease passes on within seconds: the data folder, then the times.
const [dataDir = "", times = "{}"] = process.argv.slice(2);
const leaseTimes = { ...LEASE_TIMES, ...z.record(z.string(), z.number()).parse(JSON.parse(times)) };
const host = await startTestHost({ dataDir, leaseTimes });
process.once("SIGTERM", () => {
  host.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      silentLogger.error(String(error));
      process.exit(1);
    },
  );
});
process.stdout.write(`ready ${host.url}\n`);
