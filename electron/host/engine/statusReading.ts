import type { Temperature } from "#shared/contract/farm.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import * as z from "zod";

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

const text = z.string().catch("");
const count = z.number().nullable().catch(null);
const PrintStats = z
  .looseObject({
    state: text,
    filename: text,
    print_duration: z.number().catch(0),
    info: z.looseObject({ current_layer: count, total_layer: count }).nullable().catch(null),
  })
  .catch({ state: "", filename: "", print_duration: 0, info: null });
const SdCard = z
  .looseObject({ progress: z.number().catch(0), file_position: count })
  .catch({ progress: 0, file_position: null });
const Heater = z.looseObject({ temperature: z.number(), target: z.number() });

export function readStatus(status: PrinterObjects): StatusReading {
  const stats = PrintStats.parse(status.print_stats);
  const card = SdCard.parse(status.virtual_sdcard);
  const temperatures: z.output<typeof Temperature>[] = [];
  for (const [name, fields] of Object.entries(status)) {
    const heater = Heater.safeParse(fields);
    if (heater.success) {
      temperatures.push({
        name,
        temperature: heater.data.temperature,
        target: heater.data.target,
      });
    }
  }
  return {
    state: stats.state,
    filename: stats.filename,
    progress: card.progress,
    filePosition: card.file_position,
    printDuration: stats.print_duration,
    layer: stats.info?.current_layer ?? null,
    layerCount: stats.info?.total_layer ?? null,
    temperatures: temperatures.sort((a, b) => a.name.localeCompare(b.name)),
  };
}
