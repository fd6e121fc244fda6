import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { PrinterLive, PrinterView } from "#shared/contract/farm.ts";
import { isMethodName, methods } from "#shared/contract/index.ts";
import { AppError, ERROR_CODES } from "#shared/rpc/errors.ts";
import { type WebSocket, WebSocketServer } from "ws";
import * as z from "zod";

const Request = z.object({
  id: z.number(),
  method: z.string(),
  params: z.unknown().optional(),
});
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
/** As strict as the product's own: a page that breaks it shows in the screenshots' console check. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

export interface FakeBoardHostOptions {
  readonly printers: readonly PrinterView[];
  /** Unix seconds at which its clock stands; it runs unless given. */
  readonly now?: number;
  /** Built page. */
  readonly root: string;
  /** Answers a method, now or later; undefined = the snapshot's own answer or `not_found`. */
  readonly answer?: (method: string, params: unknown) => unknown;
}

/** Serves the built board with scripted printers: every state on demand, on the real wire. */
export class FakeBoardHost {
  readonly #options: FakeBoardHostOptions;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #printers = new Map<string, PrinterView>();
  /** Calls received, in order. */
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  #revision = 1;
  #ticker: NodeJS.Timeout | undefined;

  constructor(options: FakeBoardHostOptions) {
    this.#options = options;
    for (const printer of options.printers) this.#printers.set(printer.id, printer);
    this.#server.on("upgrade", (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client));
    });
  }

  /** Listens on loopback and resolves with the address. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    const { port: bound } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${bound}/`;
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Pushes progress and temperatures of everything that prints, as a host does. */
  tick(milliseconds: number): void {
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#pushLive(), milliseconds);
  }

  /** What was sent with the calls of one method, in order. */
  callsOf(method: string): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ params }) => params);
  }

  /** Replaces a printer and tells the page. */
  change(printer: PrinterView): void {
    this.#printers.set(printer.id, printer);
    this.#revision++;
    this.#push("notify_farm_changed", [{ revision: this.#revision, id: printer.id, printer }]);
  }

  #pushLive(): void {
    const moved: PrinterLive[] = [];
    for (const [id, printer] of this.#printers) {
      const { current } = printer;
      if (current?.state !== "printing") continue;
      const progress = Math.min(1, current.progress + 0.0005);
      const remaining = Math.max(0, (current.remaining ?? 0) - 1);
      this.#printers.set(id, { ...printer, current: { ...current, progress, remaining } });
      const { print_duration, transfer, layer } = current;
      const { temperatures } = printer;
      moved.push({
        id: printer.id,
        progress,
        print_duration,
        remaining,
        transfer,
        layer,
        temperatures,
      });
    }
    this.#push("notify_farm_live", [moved]);
  }

  #push(method: string, params: unknown[]): void {
    const text = JSON.stringify({ jsonrpc: "2.0", method, params });
    for (const client of this.#sockets.clients) client.send(text);
  }

  #accept(client: WebSocket): void {
    client.on("message", (data: Buffer) => {
      const { id, method, params } = Request.parse(JSON.parse(data.toString()));
      this.calls.push({ method, params });
      void this.#result(method, params).then((result) =>
        client.send(JSON.stringify({ jsonrpc: "2.0", id, ...result })),
      );
    });
  }

  async #result(method: string, params: unknown): Promise<object> {
    try {
      const answer = (await this.#options.answer?.(method, params)) ?? this.#ownAnswer(method);
      return { result: isMethodName(method) ? methods[method].result.parse(answer) : answer };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { error: { code: ERROR_CODES[error.code].jsonrpc, message: error.message } };
    }
  }

  #ownAnswer(method: string): unknown {
    switch (method) {
      case "server.connection.identify":
        return { connection_id: 1 };
      case "farm.snapshot":
        return {
          version: "0.1.0",
          revision: this.#revision,
          now: this.#options.now ?? Date.now() / 1000,
          store_notice: null,
          printers: [...this.#printers.values()],
        };
      case "server.files.list":
        return [
          {
            path: "bracket_0.2mm_PETG.gcode",
            modified: 1_700_000_300,
            size: 843_211,
            permissions: "rw",
          },
          {
            path: "cube20_0.2mm_PETG.gcode",
            modified: 1_700_000_200,
            size: 312_900,
            permissions: "rw",
          },
          {
            path: "orders/2026/clamp-left-reinforced_0.15mm_PETG_5h10m.gcode",
            modified: 1_700_000_100,
            size: 22_843_211,
            permissions: "rw",
          },
          {
            path: "vase_0.2mm_PETG.gcode",
            modified: 1_700_000_000,
            size: 4_120_000,
            permissions: "rw",
          },
        ];
      default:
        throw new AppError("not_found", `Method not found: ${method}`);
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    response.setHeader("content-security-policy", POLICY);
    if (path.startsWith("/farm/thumbnails/")) {
      response.setHeader("content-type", "image/svg+xml");
      response.end(picture(path));
      return;
    }
    const file = join(this.#options.root, normalize(path === "/" ? "/index.html" : path));
    try {
      const body = await readFile(file);
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/** A part to look at: one shape in one of a few filament colours, the same for the same content. */
function picture(path: string): string {
  const colours = ["#ef7d22", "#2f7fdc", "#2fa56b", "#d64a42", "#8b66e8"];
  const sum = Buffer.from(path).reduce((total, byte) => total + byte, 0);
  const colour = colours[sum % colours.length] ?? "#ef7d22";
  const faces = [
    ["M32 8 54 19 32 30 10 19Z", 0.75],
    ["M10 19 32 30V56L10 45Z", 1],
    ["M54 19 32 30V56L54 45Z", 0.85],
  ] as const;
  const paths = faces.map(([d, opacity]) => `<path d="${d}" opacity="${opacity}"/>`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" fill="${colour}">${paths}</svg>`;
}
