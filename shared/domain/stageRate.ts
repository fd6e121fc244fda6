import * as z from "zod";

/** Key of the host's setting. */
export const STAGE_RATE_KEY = "stage_rate";

/** Bytes per second; slower than that and a large file would never arrive. */
export const StageRate = z.number().min(50_000).max(1_000_000_000);

/** Bytes per second to a machine on which something prints, unless set otherwise. */
export const DEFAULT_STAGE_RATE = 2_000_000;

/** What was stored, or the default where that is nothing or nonsense. */
export function stageRateOf(stored: unknown): number {
  const parsed = StageRate.safeParse(stored);
  return parsed.success ? parsed.data : DEFAULT_STAGE_RATE;
}
