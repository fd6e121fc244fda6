import { defineStore } from "pinia";
import { shallowRef, watch } from "vue";

const KEY = "nextplate.first-run";

/**
 * Whether somebody is setting this farm up in this browser: from the first printer until a slicer has sent
 * its first file, or until they say that they need no help with it. Survives a reload.
 */
export const useFirstRunStore = defineStore("firstRun", () => {
  const open = shallowRef(read());
  watch(open, (now) => {
    try {
      if (now) localStorage.setItem(KEY, "slicer");
      else localStorage.removeItem(KEY);
    } catch {
      // A page that may not store still helps until it is closed.
    }
  });
  return { open };
});

function read(): boolean {
  try {
    return localStorage.getItem(KEY) === "slicer";
  } catch {
    return false;
  }
}
