import { defineStore } from "pinia";
import { shallowRef } from "vue";

/** What was moved or removed, for those who hear the board instead of seeing it. One live region reads it. */
export const useAnnouncerStore = defineStore("announcer", () => {
  const text = shallowRef("");

  function say(next: string): void {
    // The same sentence twice is read only once unless the text differs.
    text.value = next === text.value ? `${next}\u00A0` : next;
  }

  return { text, say };
});
