import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import { WebSocket, WebSocketServer } from "ws";
import type { Bearer } from "./bearer.ts";
import type { Endpoint } from "./endpoints.ts";
import { isSafetyMethod } from "./dispatcher.ts";
import type { JsonRpc } from "./jsonRpc.ts";
import { Session } from "./session.ts";
import { watchAlive } from "./watchAlive.ts";

/** Bytes of one frame from a client. */
const MOST_FRAME = 4 * 1024 * 1024;
/** Open websockets; more are refused. */
const MOST_SESSIONS = 200;
const MOST_STRANGERS = 20;
/** Requests of one client that wait for their answer; more are refused, except those for safety. */
const MOST_IN_FLIGHT = 256;

export interface SessionsParts {
  readonly jsonRpc: JsonRpc;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** All websocket clients. */
export class Sessions {
  readonly #parts: SessionsParts;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME });
  readonly #sessions = new Set<Session>();
  #nextId = 1;
  #isClosing = false;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  get all(): Iterable<Session> {
    return this.#sessions;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get isFull(): boolean {
    return this.#isClosing || this.#sessions.size >= MOST_SESSIONS;
  }

  /** Clients that have shown no key yet must not use up the room of those that have. */
  get isFullOfStrangers(): boolean {
    return [...this.#sessions].filter(({ bearer }) => bearer === null).length >= MOST_STRANGERS;
  }

  /** Takes over a connection that asked to become a websocket and may. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    endpoint: Endpoint,
    bearer: Bearer | null,
  ): void {
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open(webSocket, socket, endpoint, request.socket.remoteAddress ?? "", bearer);
    });
  }

  /** Tells every client that the server stops, in Moonraker's words. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closing = [...this.#sockets.clients].map(
      (socket) => new Promise((resolve) => socket.once("close", resolve)),
    );
    for (const socket of this.#sockets.clients) socket.close(1001, "Server Shutdown");
    const { clock } = this.#parts;
    const deadline = clock.setTimer(500, () => {
      for (const socket of this.#sockets.clients) socket.terminate();
    });
    await Promise.all(closing);
    deadline.dispose();
  }

  #open(
    socket: WebSocket,
    wire: Duplex,
    endpoint: Endpoint,
    remoteAddress: string,
    bearer: Bearer | null,
  ): void {
    const session = new Session(this.#nextId++, endpoint, remoteAddress, { socket, wire }, bearer);
    this.#sessions.add(session);
    const pinging = watchAlive(socket, this.#parts.clock);
    let inFlight = 0;
    socket.on("message", (data) => {
      const text = textOf(data);
      if (inFlight >= MOST_IN_FLIGHT) {
        const { id, isSafety } = requestIn(text);
        if (!isSafety) return session.send(tooMany(id));
      }
      inFlight++;
      const { jsonRpc, clock, report } = this.#parts;
      const caller = {
        endpoint,
        session,
        remoteAddress,
        receivedAt: clock.now(),
        // Asked anew for each member of a batch: the first may have logged in.
        get bearer() {
          return session.bearer;
        },
      };
      const answered = jsonRpc.answer(text, caller).then((answer) => {
        inFlight--;
        if (answer !== null) session.send(answer);
      });
      drop(answered, report);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      pinging.dispose();
      this.#sessions.delete(session);
      session.dispose();
    });
  }
}

/** The refusal of a request, under its own id: who gets no answer waits for ever. */
function tooMany(id: unknown): string {
  const message = "Too many requests are waiting. Wait for their answers first.";
  return JSON.stringify({ jsonrpc: "2.0", error: { code: 429, message }, id });
}

/** What must be known of a frame before it is let in. One that cannot be read is nobody's, and safe to refuse. */
function requestIn(text: string): { readonly id: unknown; readonly isSafety: boolean } {
  try {
    const frame: unknown = JSON.parse(text);
    if (typeof frame !== "object" || frame === null) return { id: null, isSafety: false };
    return {
      id: "id" in frame ? frame.id : null,
      isSafety: "method" in frame && isSafetyMethod(frame.method),
    };
  } catch {
    return { id: null, isSafety: false };
  }
}

/** Frames are text, also when sent as binary; bytes that are no text do not parse and are answered as such. */
function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString("utf8");
}
