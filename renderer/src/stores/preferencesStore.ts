import { defineStore } from "pinia";
import { computed, reactive, watch, watchEffect } from "vue";
import * as z from "zod";

const KEY = "nextplate.preferences";
const Stored = z.object({
  language: z.enum(["system", "en", "de"]).catch("system"),
  /** h12 and h23 are Unicode's names of the two clocks. */
  clock: z.enum(["system", "h12", "h23"]).catch("system"),
  sounds: z.boolean().catch(false),
});
export type Preferences = z.output<typeof Stored>;

/** How this reader wants the page; remembered in this browser. */
export const usePreferencesStore = defineStore("preferences", () => {
  const shown = reactive<Preferences>(read());
  const language = computed<"en" | "de">(() => {
    if (shown.language !== "system") return shown.language;
    return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
  });
  /** Language and clock as one locale, for Intl. */
  const locale = computed(() => {
    const base = shown.language === "system" ? navigator.language : shown.language;
    return shown.clock === "system" ? base : `${base}-u-hc-${shown.clock}`;
  });
  // Formats read it from the page, as the browser itself does.
  watchEffect(() => void (document.documentElement.lang = locale.value));
  watch(shown, (next) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // A page that may not store still keeps its choice until it is closed.
    }
  });

  return { shown, language, locale };
});

function read(): Preferences {
  let stored: unknown;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    stored = {};
  }
  return Stored.parse(typeof stored === "object" && stored !== null ? stored : {});
}
