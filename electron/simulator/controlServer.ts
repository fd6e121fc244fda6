import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import * as z from "zod";
import { FAULT_CALLS } from "./faultCall.ts";
import type { SimulatorRecord } from "./record.ts";
import type { SimulatedPrinter } from "./simulatedPrinter.ts";

const FaultRequest = z.object({
  /** The printer's name. */
  printer: z.string(),
  name: z.string(),
  args: z.array(z.unknown()).default([]),
});

/** How a test in another process drives the simulator: `POST /fault`, `GET /record[?from=N]` (all but the first N), `GET /printers`. */
export class ControlServer {
  readonly #printers: readonly SimulatedPrinter[];
  readonly #record: SimulatorRecord;
  readonly #server: Server;

  constructor(printers: readonly SimulatedPrinter[], record: SimulatorRecord) {
    this.#printers = printers;
    this.#record = record;
    this.#server = createServer((request, response) =>
      drop(this.#serve(request, response), () => response.destroy()),
    );
  }

  /** Listens on 127.0.0.1; 0 = any free port. Resolves to the url. */
  async start(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    return `http://127.0.0.1:${actual}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const result = await this.#route(`${request.method ?? ""} ${request.url ?? ""}`, request);
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(result));
    } catch (error) {
      const body = JSON.stringify({ error: messageOf(error) });
      response.writeHead(400, { "Content-Type": "application/json" }).end(body);
    }
  }

  async #route(route: string, request: IncomingMessage): Promise<unknown> {
    const from = /^GET \/record(?:\?from=(\d+))?$/.exec(route);
    if (from !== null) return this.#record.entries.slice(Number(from[1] ?? 0));
    if (route === "GET /printers") return this.#printers.map(({ name, url }) => ({ name, url }));
    if (route !== "POST /fault") throw new Error(`No such control: ${route}`);
    const { printer, name, args } = FaultRequest.parse(JSON.parse(await readText(request)));
    const target = this.#printers.find((candidate) => candidate.name === printer);
    if (target === undefined) throw new Error(`No printer is called ${printer}`);
    const call = FAULT_CALLS.get(name);
    if (call === undefined) throw new Error(`No fault is called ${name}`);
    await call(target.faults, args);
    return {};
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += String(chunk);
  return text;
}
