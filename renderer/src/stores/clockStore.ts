import { defineStore } from "pinia";
import { computed, onScopeDispose, shallowRef } from "vue";

/** Now, in wall milliseconds, for what must not stand still on screen. */
export const useClockStore = defineStore("clock", () => {
  const second = shallowRef(Date.now());
  /** Moves every 15 s: enough for clock times, and re-renders little. */
  const quarter = computed(() => Math.floor(second.value / 15_000) * 15_000);
  const timer = setInterval(() => (second.value = Date.now()), 1000);
  onScopeDispose(() => clearInterval(timer));
  return { second, quarter };
});
