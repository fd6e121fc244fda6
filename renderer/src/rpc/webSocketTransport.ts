import type { Transport } from "#shared/rpc/transport.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { Emitter } from "#shared/util/event.ts";

/** Opens a browser websocket. Rejects with `unavailable` when it cannot be opened or `signal` fires first. */
export function openWebSocket(url: string, signal: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const received = new Emitter<string>();
    const closed = new Emitter<string>();
    let open = false;
    const abort = (): void => socket.close();
    signal.addEventListener("abort", abort, { once: true });
    socket.addEventListener("open", () => {
      open = true;
      resolve({
        send(text) {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.close(),
        onDidReceive: received.event,
        onDidClose: closed.event,
      });
    });
    socket.addEventListener("message", (message: MessageEvent<unknown>) => {
      if (typeof message.data === "string") received.fire(message.data);
    });
    // An error event says nothing and is always followed by close.
    socket.addEventListener("close", (event) => {
      signal.removeEventListener("abort", abort);
      if (open) closed.fire(event.reason === "" ? "connection lost" : event.reason);
      else reject(new AppError("unavailable", `No answer at ${url}`));
    });
  });
}
