import type { Temperature } from "#shared/contract/farm.ts";
import { isRecord, numberIn, textIn } from "#shared/util/foreignFields.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type * as z from "zod";

/** The few fields of Klipper's objects that the board shows, read from foreign data without trust. */
export interface StatusReading {
  /** print_stats.state, "" when not known. */
  readonly state: string;
  readonly filename: string;
  readonly progress: number;
  readonly filePosition: number | null;
  /** Seconds. */
  readonly printDuration: number;
  readonly layer: number | null;
  readonly layerCount: number | null;
  readonly temperatures: z.output<typeof Temperature>[];
}

export function readStatus(status: PrinterObjects): StatusReading {
  const stats = status.print_stats;
  const card = status.virtual_sdcard;
  const info = isRecord(stats?.info) ? stats.info : undefined;
  return {
    state: textIn(stats, "state"),
    filename: textIn(stats, "filename"),
    progress: numberIn(card, "progress") ?? 0,
    filePosition: numberIn(card, "file_position"),
    printDuration: numberIn(stats, "print_duration") ?? 0,
    layer: numberIn(info, "current_layer"),
    layerCount: numberIn(info, "total_layer"),
    temperatures: readTemperatures(status),
  };
}

/** Whatever has a temperature and a target is a heater, by name. */
function readTemperatures(status: PrinterObjects): z.output<typeof Temperature>[] {
  const temperatures: z.output<typeof Temperature>[] = [];
  for (const [name, fields] of Object.entries(status)) {
    const temperature = numberIn(fields, "temperature");
    const target = numberIn(fields, "target");
    if (temperature !== null && target !== null) temperatures.push({ name, temperature, target });
  }
  return temperatures.sort((a, b) => (a.name < b.name ? -1 : 1));
}
