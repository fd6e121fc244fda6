import type { Expected } from "#shared/domain/attempt.ts";
import type { ContentMetadata } from "../library/library.ts";

/** What a slicer wrote down of a print, as it is kept with an attempt. */
export function expectedOf(metadata: ContentMetadata | undefined): Expected {
  return {
    duration: metadata?.estimated_time ?? null,
    filamentLength: metadata?.filament_total ?? null,
    filamentWeight: metadata?.filament_weight_total ?? null,
  };
}
