import type { InjectionKey } from "vue";

/** Whether the tile of a printer follows its live data; on a wall that is not seen it stays as it is. */
export const TILE_IS_AWAKE: InjectionKey<(printer: string) => boolean> = Symbol("tile is awake");
