import type { PrinterLive } from "#shared/contract/farm.ts";
import type { ComputedRef } from "vue";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useStill } from "../../ui/screenIsShown.ts";

/** What moves of a printer, as it was when its screen was last seen. */
export function useLive(id: () => string): ComputedRef<PrinterLive | undefined> {
  const farm = useFarmStore();
  return useStill(() => farm.live.get(id()));
}
