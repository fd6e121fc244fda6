import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";

/**
 * Loaded into a profiled host by `--import`: samples what it allocates, collected or not, and writes an
 * allocation profile beside the CPU profile when it ends.
 */
const SAMPLE_BYTES = 64 * 1024;
const session = new Session();
session.connect();
session.post("HeapProfiler.startSampling", {
  samplingInterval: SAMPLE_BYTES,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
process.on("exit", () => {
  session.post("HeapProfiler.stopSampling", (error, { profile }) => {
    if (error !== null) throw error;
    const file = `Allocations.${process.pid}.heapprofile`;
    writeFileSync(join(process.env["BENCH_PROFILE"] ?? "", file), JSON.stringify(profile));
  });
});
