import { watch } from "vue";
import { useConnectionStore } from "../stores/connectionStore.ts";

/** Runs `read` once: at once, or as soon as the host can be asked. */
export function useWhenConnected(read: () => void): void {
  const connection = useConnectionStore();
  if (connection.connected) read();
  else watch(() => connection.connected, read, { once: true });
}
