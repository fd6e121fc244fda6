import { inject, type InjectionKey, onUnmounted, watch } from "vue";
import { systemClock } from "#shared/util/clock.ts";
import { useHost } from "../../app/hostAccess.ts";
import { PrinterConnection } from "../../rpc/printerConnection.ts";
import { openWebSocket } from "../../rpc/webSocketTransport.ts";
import { useFarmStore } from "../../stores/farmStore.ts";

/** Opens websockets; injected, so that tests can put anything behind it. */
export const OPEN_SOCKET: InjectionKey<typeof openWebSocket> = Symbol("open socket");

/**
 * A connection to one printer's endpoint for as long as the component lives. `use` is told of each new
 * one when the printer changes.
 */
export function usePrinterConnection(
  printer: () => string,
  use: (connection: PrinterConnection) => void,
): { readonly current: () => PrinterConnection } {
  const { address } = useHost();
  const farm = useFarmStore();
  const open = inject(OPEN_SOCKET, openWebSocket);

  function connect(id: string): PrinterConnection {
    const url = address.websocket.replace(/\/websocket$/, `/printers/${id}/websocket`);
    return new PrinterConnection({
      open: (signal) => open(url, signal),
      clock: systemClock,
      version: farm.version,
    });
  }

  let connection = connect(printer());
  watch(
    printer,
    (id, before) => {
      if (before !== undefined) {
        connection.stop();
        connection = connect(id);
      }
      use(connection);
      connection.start();
    },
    { immediate: true },
  );
  onUnmounted(() => connection.stop());
  return { current: () => connection };
}
