import { WebSocket } from "ws";
import type { Transport } from "#shared/rpc/transport.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, toDisposable } from "#shared/util/disposable.ts";
import { Emitter } from "#shared/util/event.ts";
import { describeSocketError, DialError, timedOut, UNAUTHORIZED_ADVICE } from "./dialError.ts";

/** Milliseconds until a websocket must stand. */
const HANDSHAKE_TIMEOUT = 5_000;
/** Milliseconds between pings, and without any sign of life until the socket is given up. */
const PING_EVERY = 5_000;
const SILENCE_LIMIT = 15_000;
/** Bytes. A full status of a large printer is tens of KB, a long file list a few MB. */
const MAX_FRAME = 32 * 1024 * 1024;

export interface WebsocketOptions {
  readonly apiKey: string | null;
  readonly clock: Clock;
  /** Gives the dial up. */
  readonly signal: AbortSignal;
}

/**
 * Opens a websocket without an Origin (Moonraker refuses foreign ones). Rejects with DialError.
 * A socket silent for 15 s, pongs included, is dead and is closed.
 */
export function openWebsocket(address: string, options: WebsocketOptions): Promise<Transport> {
  const host = new URL(address).host;
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) return reject(new DialError("unreachable", "Given up"));
    const socket = new WebSocket(address, {
      handshakeTimeout: HANDSHAKE_TIMEOUT,
      maxPayload: MAX_FRAME,
      perMessageDeflate: false,
      followRedirects: false,
      headers: options.apiKey === null ? {} : { "X-Api-Key": options.apiKey },
    });
    const giveUp = (): void => socket.terminate();
    options.signal.addEventListener("abort", giveUp, { once: true });
    const failed = (error: unknown): void => {
      options.signal.removeEventListener("abort", giveUp);
      reject(
        error instanceof Error && /handshake has timed out/i.test(error.message)
          ? timedOut(host, error)
          : describeSocketError(error, host),
      );
    };
    socket.once("error", failed);
    socket.once("unexpected-response", (request, response) => {
      options.signal.removeEventListener("abort", giveUp);
      request.destroy();
      reject(upgradeRefused(host, response.statusCode ?? 0));
    });
    socket.once("open", () => {
      options.signal.removeEventListener("abort", giveUp);
      socket.off("error", failed);
      resolve(new WebsocketTransport(socket, options.clock));
    });
  });
}

function upgradeRefused(host: string, status: number): DialError {
  if (status === 401 || status === 403) return new DialError("unauthorized", UNAUTHORIZED_ADVICE);
  if (status >= 500) {
    return new DialError("unreachable", `${host} answers with an error (HTTP ${status})`);
  }
  return new DialError(
    "not_moonraker",
    `${host} answers, but there is no Moonraker (HTTP ${status}). Check port and path`,
  );
}

class WebsocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #onDidReceive = new Emitter<string>();
  readonly #onDidClose = new Emitter<string>();
  /** Frames that came in the same packet as the upgrade, before anybody could listen. */
  #early: string[] | undefined = [];
  #closedEarly: string | undefined;
  #closed = false;
  #lastSign: number;
  #timer: Disposable;
  #reason: string | undefined;

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#lastSign = clock.monotonic();
    socket.on("message", (data, isBinary) => {
      this.#sign();
      if (isBinary) return;
      const text = Buffer.isBuffer(data)
        ? data.toString("utf8")
        : Array.isArray(data)
          ? Buffer.concat(data).toString("utf8")
          : Buffer.from(data).toString("utf8");
      if (this.#early === undefined) this.#onDidReceive.fire(text);
      else this.#early.push(text);
    });
    socket.on("ping", () => this.#sign());
    socket.on("pong", () => this.#sign());
    socket.on("error", (error) => (this.#reason ??= error.message));
    socket.on("close", (code, text) => this.#didClose(code, text.toString("utf8")));
    this.#timer = this.#watch();
  }

  readonly onDidReceive = (listener: (text: string) => void): Disposable => {
    const subscription = this.#onDidReceive.event(listener);
    const early = this.#early;
    this.#early = undefined;
    // Later, so that the listener's owner has finished setting itself up.
    if (early !== undefined && early.length > 0) {
      queueMicrotask(() => early.forEach((text) => this.#onDidReceive.fire(text)));
    }
    return subscription;
  };

  readonly onDidClose = (listener: (reason: string) => void): Disposable => {
    const reason = this.#closedEarly;
    if (reason === undefined) return this.#onDidClose.event(listener);
    let wanted = true;
    queueMicrotask(() => wanted && listener(reason));
    return toDisposable(() => (wanted = false));
  };

  send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // A failed write is followed by `close`, which rejects every pending call.
    this.#socket.send(text, () => {});
  }

  close(): void {
    if (this.#closed) return;
    this.#timer.dispose();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
    // A peer that does not answer the closing frame must not keep us.
    this.#timer = this.#clock.setTimer(1_000, () => this.#socket.terminate());
  }

  #sign(): void {
    this.#lastSign = this.#clock.monotonic();
  }

  #watch(): Disposable {
    return this.#clock.setTimer(PING_EVERY, () => {
      if (this.#clock.monotonic() - this.#lastSign >= SILENCE_LIMIT) {
        this.#reason = `no sign of life for ${SILENCE_LIMIT / 1000} s`;
        this.#socket.terminate();
        return;
      }
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
      this.#timer = this.#watch();
    });
  }

  #didClose(code: number, text: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.dispose();
    const reason = this.#reason ?? (text === "" ? `closed with code ${code}` : text);
    this.#closedEarly = reason;
    this.#onDidClose.fire(reason);
  }
}
