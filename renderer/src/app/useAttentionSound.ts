import { computed, watch } from "vue";
import { useFarmStore } from "../stores/farmStore.ts";
import { usePreferencesStore } from "../stores/preferencesStore.ts";
import { playChime } from "./chime.ts";

/** Sounds once when one more printer needs a person, if the reader wants that. */
export function useAttentionSound(): void {
  const farm = useFarmStore();
  const preferences = usePreferencesStore();
  const count = computed(() => {
    let sum = 0;
    for (const printer of farm.views.values()) if (printer.attention.length > 0) sum++;
    return sum;
  });
  watch(count, (now, before) => {
    // What is found when the page opens is no news.
    if (farm.known && now > before && preferences.shown.sounds) playChime();
  });
}
