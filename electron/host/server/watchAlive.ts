import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { WebSocket } from "ws";

/** Milliseconds between pings; a client that answered none since the last is gone. */
const PING_INTERVAL = 15_000;

/** Finds out about clients that vanished without a word, and ends their connection. */
export function watchAlive(socket: WebSocket, clock: Clock): Disposable {
  let alive = true;
  let timer: Disposable;
  socket.on("pong", () => (alive = true));
  const next = (): void => {
    timer = clock.setTimer(PING_INTERVAL, () => {
      if (!alive) return socket.terminate();
      alive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      next();
    });
  };
  next();
  return { dispose: () => timer.dispose() };
}
