import { watch } from "vue";
import { useConnectionStore } from "../stores/connectionStore.ts";

/** Runs `read` once: at once, or as soon as the host can be asked. What it reads cannot be missed by a lost connection. */
export function useWhenConnected(read: () => void): void {
  const connection = useConnectionStore();
  const stop = watch(
    () => connection.connected,
    (connected) => {
      if (!connected) return;
      // In the first run, which is at once, there is no handle yet.
      queueMicrotask(() => stop());
      read();
    },
    { immediate: true },
  );
}
