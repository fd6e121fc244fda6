import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";
import { STAGE_RATE } from "./stagingPolicy.ts";

const KEY = "stage_rate";
/** Bytes per second; slower than that and a file would never arrive. */
const Rate = z.number().min(50_000);

/** Bytes per second of a transfer to a machine on which something prints. */
export function stageRate(settings: Pick<SettingsStore, "get">): number {
  const parsed = Rate.safeParse(settings.get(KEY));
  return parsed.success ? parsed.data : STAGE_RATE;
}
