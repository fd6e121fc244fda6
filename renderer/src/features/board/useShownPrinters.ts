import type { PrinterLive, PrinterView } from "#shared/contract/farm.ts";
import { computed, type ComputedRef, shallowRef, watch } from "vue";
import { useClockStore } from "../../stores/clockStore.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { inFilter, matching, sorted } from "./boardFilter.ts";
import { useBoardPreferences } from "./boardPreferences.ts";

/** The printers of the farm, those that tags and search leave, and those that are shown, in their order. */
export function useShownPrinters(): {
  readonly all: ComputedRef<readonly PrinterView[]>;
  readonly found: ComputedRef<readonly PrinterView[]>;
  readonly shown: ComputedRef<readonly PrinterView[]>;
} {
  const farm = useFarmStore();
  const clock = useClockStore();
  const preferences = useBoardPreferences();
  const all = computed(() => farm.inOrder);
  const found = computed(() => matching(all.value, preferences.shown));
  // As it was some seconds ago: an order that follows every status would never stand still.
  const live = shallowRef<ReadonlyMap<string, PrinterLive>>(new Map());
  watch(
    () => [clock.quarter, farm.ids, preferences.shown.sort],
    () => (live.value = new Map(farm.live)),
    { immediate: true },
  );
  const shown = computed(() => {
    const { filter, sort } = preferences.shown;
    const left = found.value.filter((printer) => inFilter(printer, filter));
    return sorted(left, sort, live.value);
  });
  return { all, found, shown };
}
