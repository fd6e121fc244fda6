import { defineStore } from "pinia";
import { shallowRef } from "vue";

/** Whose panel is open; null = none. */
export const usePanelStore = defineStore("panel", () => {
  const printer = shallowRef<string | null>(null);

  function open(id: string): void {
    printer.value = id;
  }
  function close(): void {
    printer.value = null;
  }

  return { printer, open, close };
});
