import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { IncomingMessage } from "node:http";
import type { FaultSwitches } from "./faults.ts";

export interface ListenerHandlers {
  readonly onRequest: RequestListener;
  readonly onWebsocket: (socket: WebSocket, request: IncomingMessage) => void;
}

/**
 * The port on 127.0.0.1. It can be closed and opened again on the same number, and can accept
 * connections without ever answering.
 */
export class Listener {
  readonly #faults: FaultSwitches;
  readonly #http: Server;
  readonly #websockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  readonly #sockets = new Set<Socket>();
  #net: NetServer | null = null;
  #port: number;

  constructor(port: number, faults: FaultSwitches, handlers: ListenerHandlers) {
    this.#port = port;
    this.#faults = faults;
    this.#http = createHttpServer(handlers.onRequest);
    this.#http.on("upgrade", (request, socket, head) => {
      if (!(request.url ?? "").startsWith("/websocket")) return socket.destroy();
      this.#websockets.handleUpgrade(request, socket, head, (websocket) =>
        handlers.onWebsocket(websocket, request),
      );
    });
  }

  get port(): number {
    return this.#port;
  }

  get isOpen(): boolean {
    return this.#net !== null;
  }

  /** Listens; on the same port as before, where there was one. */
  async open(): Promise<void> {
    if (this.#net !== null) return;
    const net = createServer((socket) => this.#accept(socket));
    this.#net = net;
    try {
      await new Promise<void>((resolve, reject) => {
        net.once("error", reject);
        net.listen(this.#port, "127.0.0.1", resolve);
      });
    } catch (error) {
      // Somebody else may have been given the port meanwhile: the next call tries again.
      this.#net = null;
      throw error;
    }
    const address = net.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
  }

  /** New connections are refused; the open ones stay. */
  refuse(): void {
    this.#net?.close();
    this.#net = null;
  }

  /** Everything ends, as when the power goes. Resolves when the port is free. */
  async close(): Promise<void> {
    const net = this.#net;
    this.#net = null;
    const closed = new Promise<void>((resolve) =>
      net === null ? resolve() : net.close(() => resolve()),
    );
    this.cut();
    await closed;
  }

  /** Every connection is cut off; new ones are welcome. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (!this.#faults.silentAccept) this.#http.emit("connection", socket);
  }
}
