import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { ConnectionState } from "#shared/client/farmConnection.ts";

/** Whether the host is heard; everything else on the page is only as true as this. */
export const useConnectionStore = defineStore("connection", () => {
  const state = shallowRef<ConnectionState>({ kind: "connecting" });
  const connected = computed(() => state.value.kind === "connected");

  function apply(next: ConnectionState): void {
    state.value = next;
  }

  return { state, connected, apply };
});
