import { WebSocket } from "ws";
import * as z from "zod";

const Frame = z.looseObject({
  id: z.number().nullable().optional(),
  method: z.string().optional(),
  params: z.array(z.unknown()).optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});
export type SimulatorFrame = z.output<typeof Frame>;

/** A plain client that keeps every frame it got, in order. */
export class SimulatorClient {
  readonly frames: SimulatorFrame[] = [];
  /** Close code and reason, once closed. */
  closed: readonly [number, string] | null = null;
  readonly #socket: WebSocket;
  readonly #wakers = new Set<() => void>();
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      this.frames.push(Frame.parse(JSON.parse(data.toString("utf8"))));
      this.#wake();
    });
    socket.on("close", (code, reason) => {
      this.closed = [code, reason.toString()];
      this.#wake();
    });
    socket.on("error", () => undefined);
  }

  static async connect(
    url: string,
    headers: Record<string, string> = {},
  ): Promise<SimulatorClient> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/websocket`, { headers });
    const client = new SimulatorClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  /** Sends a request and returns its id. */
  send(method: string, params?: object): number {
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ jsonrpc: "2.0", method, params, id }));
    return id;
  }

  /** The whole answer frame, error or not. */
  async call(method: string, params?: object): Promise<SimulatorFrame> {
    const id = this.send(method, params);
    return this.until((frame) => frame.id === id && frame.method === undefined);
  }

  /** The first frame from `from` on that fits; fails after `timeout` milliseconds. */
  async until(
    fits: (frame: SimulatorFrame) => boolean,
    { from = 0, timeout = 8000 }: { from?: number; timeout?: number } = {},
  ): Promise<SimulatorFrame> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const found = this.frames.slice(from).find(fits);
      if (found !== undefined) return found;
      if (Date.now() > deadline) {
        throw new Error(
          `Not seen within ${timeout} ms; got ${JSON.stringify(this.frames.slice(-8))}`,
        );
      }
      await this.#change(Math.max(1, deadline - Date.now()));
    }
  }

  /** The first notification of a method whose params contain this text. */
  notified(method: string, text = "", from = 0): Promise<SimulatorFrame> {
    return this.until(
      (frame) => frame.method === method && JSON.stringify(frame.params ?? []).includes(text),
      { from },
    );
  }

  async untilClosed(): Promise<readonly [number, string]> {
    while (this.closed === null) await this.#change(8000);
    return this.closed;
  }

  close(): void {
    this.#socket.close();
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }

  async #change(timeout: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, timeout);
      const wakers = this.#wakers;
      function done(): void {
        clearTimeout(timer);
        wakers.delete(done);
        resolve();
      }
      wakers.add(done);
    });
  }
}
