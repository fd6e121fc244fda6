import { once } from "node:events";
import { WebSocket } from "ws";
import * as z from "zod";

const Frame = z.instanceof(Buffer);

/**
 * A websocket client that does as little as it can, so that the server is what is measured: an answer is
 * told by the id at its end, and parsed only by who wants to read it. Answers without an id count in order.
 */
export class RawClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (frame: Buffer) => void>();
  #listener: (frame: Buffer) => void = () => {};
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(Frame.parse(data)));
  }

  /** `base` is an endpoint's http address with a trailing slash. */
  static async connect(base: string): Promise<RawClient> {
    const socket = new WebSocket(`${base.replace(/^http/, "ws")}websocket`, {
      perMessageDeflate: false,
    });
    const client = new RawClient(socket);
    await once(socket, "open");
    return client;
  }

  /** Called with every frame that answers nothing. */
  onNotification(listener: (frame: Buffer) => void): void {
    this.#listener = listener;
  }

  /** The whole answer, unparsed, errors included. */
  ask(method: string, params?: object): Promise<Buffer> {
    const id = ++this.#lastId;
    const rest = params === undefined ? "" : `,"params":${JSON.stringify(params)}`;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(`{"jsonrpc":"2.0","method":"${method}"${rest},"id":${id}}`);
    });
  }

  /** The answer's result; throws what the server refused with. */
  async result<T>(schema: z.ZodType<T>, method: string, params?: object): Promise<T> {
    const text = (await this.ask(method, params)).toString("utf8");
    const answer = z.looseObject({ result: z.unknown().optional() }).parse(JSON.parse(text));
    if (!("result" in answer)) throw new Error(`${method}: ${text.slice(0, 500)}`);
    return schema.parse(answer.result);
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
  }

  #receive(frame: Buffer): void {
    if (frame.subarray(0, 26).includes('"method"')) return this.#listener(frame);
    const tail = frame.toString("latin1", Math.max(0, frame.length - 24));
    const named = /"id":(\d+)\}$/.exec(tail)?.[1];
    const id = named === undefined ? this.#waiting.keys().next().value : Number(named);
    if (id === undefined) return;
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(frame);
  }
}
