import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, messageOf } from "#shared/rpc/errors.ts";

/** Milliseconds without a byte in either direction after which an HTTP connection is closed. */
const IDLE_TIMEOUT = 120_000;

export interface ListenerOptions {
  /** Open sockets of all kinds; more are closed as they come. */
  readonly mostConnections: number;
  /** Milliseconds until the head of a request must be complete. */
  readonly headersWithin: number;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** One port that speaks HTTP. */
export interface Listener {
  /** The port listened on; undefined while none is. */
  readonly port: number | undefined;
  /** Resolves with the port. Rejects with `unavailable` and one clear sentence. */
  listen(host: string, port: number): Promise<number>;
  /** Ends every connection, and resolves when nothing is left open. */
  close(): Promise<void>;
}

export function createListener(options: ListenerOptions): Listener {
  const { headersWithin } = options;
  const server = createServer(
    { headersTimeout: headersWithin, connectionsCheckingInterval: headersWithin / 4 },
    options.onRequest,
  );
  server.maxConnections = options.mostConnections;
  // A large upload over a slow line takes as long as it takes, provided that bytes keep coming.
  server.requestTimeout = 0;
  server.timeout = IDLE_TIMEOUT;
  /** The server does not count these as its own any more, and yet waits for them. */
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    options.onUpgrade(request, socket, head);
  });

  const portOf = (): number | undefined => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : undefined;
  };
  return {
    get port() {
      return portOf();
    },
    async listen(host, port) {
      try {
        await new Promise<void>((resolve, reject) => {
          server.once("error", reject);
          server.listen(port, host, () => {
            server.off("error", reject);
            resolve();
          });
        });
      } catch (error) {
        throw cannotListen(host, port, error);
      }
      return portOf() ?? port;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      await closed;
    },
  };
}

function cannotListen(host: string, port: number, error: unknown): AppError {
  const inUse = messageOf(error).includes("EADDRINUSE");
  return new AppError(
    "unavailable",
    inUse
      ? `Port ${port} on ${host} is already in use. Stop the other program, or choose another port.`
      : `Cannot listen on ${host}:${port} (${messageOf(error)}). Choose another address or port.`,
    { cause: error },
  );
}
