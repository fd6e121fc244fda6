import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { connect, type Socket } from "node:net";
import * as z from "zod";

/**
 * Stands in front of a host that trusts this computer, and asks everybody for the key, as the host does with
 * other computers; OPTIONS passes without, since browsers never show one with it.
 */
export class KeyedGateway {
  readonly url: string;
  /** What came without the key: verb and path. */
  readonly refused: string[];
  readonly #stop: () => Promise<void>;

  private constructor(url: string, refused: string[], stop: () => Promise<void>) {
    this.url = url;
    this.refused = refused;
    this.#stop = stop;
  }

  /** `target`: root of the host's API. */
  static async start(target: string, key: string): Promise<KeyedGateway> {
    const { hostname, port } = new URL(target);
    const refused: string[] = [];
    const upgraded = new Set<Socket>();
    const server = createServer((request, response) => {
      const { method, url: path, headers } = request;
      if (method !== "OPTIONS" && headers["x-api-key"] !== key) {
        refused.push(`${method} ${path}`);
        return void response.writeHead(401).end();
      }
      const onward = ask({ hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    });
    server.on("upgrade", (request, socket: Socket, head) => {
      if (request.headers["x-api-key"] !== key) {
        refused.push(`websocket ${request.url}`);
        return void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      }
      const onward = connect(Number(port), hostname, () => {
        const { rawHeaders } = request;
        const lines = rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
        );
        onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) {
        upgraded.add(end);
        end.on("error", () => end.destroy());
        end.on("close", () => [socket, onward].forEach((other) => other.destroy()));
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const own = z.object({ port: z.int() }).parse(server.address());
    return new KeyedGateway(`http://127.0.0.1:${own.port}/`, refused, async () => {
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
