import { onUnmounted, watch } from "vue";
import { useScreenIsShown } from "./screenIsShown.ts";

/** Keys that a screen hears wherever the focus is, while it is the one that is seen. */
export function usePageKeys(onKey: (event: KeyboardEvent) => void): void {
  const stop = (): void => document.removeEventListener("keydown", onKey);
  watch(
    useScreenIsShown(),
    (isShown) => {
      if (isShown) document.addEventListener("keydown", onKey);
      else stop();
    },
    { immediate: true },
  );
  onUnmounted(stop);
}
