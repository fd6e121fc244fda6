import { defineStore } from "pinia";
import { computed, onScopeDispose, shallowRef, watchEffect } from "vue";

export type ThemeChoice = "system" | "dark" | "light";

const KEY = "nextplate.theme";

/** Dark, light or what the computer prefers; remembered in this browser. */
export const useThemeStore = defineStore("theme", () => {
  const choice = shallowRef<ThemeChoice>(read());
  const preference = window.matchMedia("(prefers-color-scheme: light)");
  const prefersLight = shallowRef(preference.matches);
  const follow = (): void => void (prefersLight.value = preference.matches);
  preference.addEventListener("change", follow);
  onScopeDispose(() => preference.removeEventListener("change", follow));

  /** What is on screen. */
  const theme = computed<"dark" | "light">(() => {
    if (choice.value !== "system") return choice.value;
    return prefersLight.value ? "light" : "dark";
  });
  watchEffect(() => void (document.documentElement.dataset["theme"] = theme.value));

  function choose(next: ThemeChoice): void {
    choice.value = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // A page that may not store still has its theme until it is closed.
    }
  }

  function toggle(): void {
    choose(theme.value === "dark" ? "light" : "dark");
  }

  return { choice, theme, choose, toggle };
});

function read(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "dark" || stored === "light" ? stored : "system";
  } catch {
    return "system";
  }
}
