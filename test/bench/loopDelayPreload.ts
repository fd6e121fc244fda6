import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * Loaded into a measured host by `--import`: counts how late the turns of its event loop are, each
 * millisecond, and says so on SIGUSR2, since when it was last asked.
 */
const RESOLUTION = 1;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
histogram.enable();
process.on("SIGUSR2", () => {
  const milliseconds = (nanoseconds: number): number => nanoseconds / 1e6 - RESOLUTION;
  const delays = {
    p999: milliseconds(histogram.percentile(99.9)),
    longest: milliseconds(histogram.max),
  };
  histogram.reset();
  process.stdout.write(`loop delays ${JSON.stringify(delays)}\n`);
});
