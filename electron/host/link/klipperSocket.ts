import { connect, type Socket } from "node:net";
import type { Transport } from "#shared/rpc/transport.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, toDisposable } from "#shared/util/disposable.ts";
import { Emitter } from "#shared/util/event.ts";
import { describeSocketError, DialError, timedOut } from "./dialError.ts";
import { klipperEndpoint } from "./klipperAddress.ts";
import { encodeFrame, FrameDecoder } from "./klipperFraming.ts";

/** Milliseconds until a connection must stand. */
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds of silence after which Klipper is asked for a sign of life, and is given up. */
const ASK_AFTER = 5_000;
const SILENCE_LIMIT = 15_000;
/** Bytes. The configuration of a large printer is a few hundred KB. */
const MAX_FRAME = 32 * 1024 * 1024;
/** An id no call has: its answer is nobody's. */
const SIGN_OF_LIFE = JSON.stringify({ id: 0, method: "info", params: {} });

export interface KlipperSocketOptions {
  readonly clock: Clock;
  /** Gives the dial up. */
  readonly signal: AbortSignal;
  /** False for a connection whose frames are somebody else's: then nothing of ours is asked on it. */
  readonly keepAlive?: boolean;
}

/**
 * Connects to Klipper's API server. Rejects with DialError.
 * A connection silent for 15 s is dead (a bridge may keep one open to nowhere) and is closed.
 */
export function openKlipperSocket(
  address: string,
  { clock, signal, keepAlive = true }: KlipperSocketOptions,
): Promise<Transport> {
  const endpoint = klipperEndpoint(address);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new DialError("unreachable", "Given up"));
    const socket =
      endpoint.kind === "path" ? connect(endpoint.path) : connect(endpoint.port, endpoint.host);
    const settle = (): void => {
      timer.dispose();
      signal.removeEventListener("abort", giveUp);
      socket.removeListener("error", failed);
    };
    const fail = (error: DialError): void => {
      settle();
      // What comes after the end of the dial concerns nobody.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const failed = (error: unknown): void => fail(describeDial(error, address, endpoint.kind));
    const giveUp = (): void => fail(new DialError("unreachable", "Given up"));
    const timer = clock.setTimer(CONNECT_TIMEOUT, () => fail(timedOut(address)));
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("error", failed);
    socket.once("connect", () => {
      settle();
      resolve(new KlipperSocket(socket, clock, keepAlive));
    });
  });
}

/** Turns what a socket reports into words. */
export function describeDial(error: unknown, address: string, kind: "path" | "tcp"): DialError {
  const code =
    typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  if (kind === "tcp") {
    if (code !== "ECONNREFUSED") return describeSocketError(error, address);
    return new DialError(
      "unreachable",
      `${address} refuses the connection. Does the bridge to Klipper's socket run there?`,
      error,
    );
  }
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new DialError(
        "no_socket",
        `There is no socket at ${address}. Is Klipper running, and is this its API socket (klippy.py -a)?`,
        error,
      );
    case "EACCES":
    case "EPERM":
      return new DialError(
        "no_permission",
        `This user may not open ${address}. Add it to the group of the socket, or run as Klipper's user`,
        error,
      );
    case "ECONNREFUSED":
    case "ENOTSOCK":
    case "EPROTOTYPE":
      return new DialError(
        "no_socket",
        `Nobody listens at ${address}. Is Klipper running? It makes its socket anew when it starts`,
        error,
      );
    default:
      return describeSocketError(error, address);
  }
}

class KlipperSocket implements Transport {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #decoder = new FrameDecoder(MAX_FRAME);
  readonly #onDidReceive = new Emitter<string>();
  readonly #onDidClose = new Emitter<string>();
  #lastSign: number;
  #timer: Disposable;
  #reason = "Klipper closed it";
  #closed: string | undefined;
  #listening = false;

  constructor(socket: Socket, clock: Clock, keepAlive: boolean) {
    this.#socket = socket;
    this.#clock = clock;
    this.#lastSign = clock.monotonic();
    socket.on("error", (error) => (this.#reason = error.message));
    socket.on("close", () => this.#didClose());
    this.#timer = keepAlive ? this.#watch() : toDisposable(() => {});
  }

  readonly onDidReceive = (listener: (text: string) => void): Disposable => {
    const subscription = this.#onDidReceive.event(listener);
    // Nothing is read before somebody listens, so nothing can be missed.
    if (!this.#listening) {
      this.#listening = true;
      this.#socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    }
    return subscription;
  };

  readonly onDidClose = (listener: (reason: string) => void): Disposable => {
    const reason = this.#closed;
    if (reason === undefined) return this.#onDidClose.event(listener);
    let wanted = true;
    queueMicrotask(() => wanted && listener(reason));
    return toDisposable(() => (wanted = false));
  };

  send(text: string): void {
    if (this.#closed !== undefined || !this.#socket.writable) return;
    // A failed write is followed by `close`, which rejects every pending call.
    this.#socket.write(encodeFrame(text), () => {});
  }

  close(): void {
    this.#timer.dispose();
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#lastSign = this.#clock.monotonic();
    for (const framed of this.#decoder.push(chunk)) {
      if (framed.kind === "frame") this.#onDidReceive.fire(framed.text);
      // Counted like every other frame that makes no sense.
      else this.#onDidReceive.fire(`a frame of ${framed.bytes} bytes was left out`);
    }
  }

  #watch(): Disposable {
    return this.#clock.setTimer(ASK_AFTER, () => {
      const silence = this.#clock.monotonic() - this.#lastSign;
      if (silence >= SILENCE_LIMIT) {
        this.#reason = `no sign of life for ${SILENCE_LIMIT / 1000} s`;
        this.#socket.destroy();
        return;
      }
      if (silence >= ASK_AFTER) this.send(SIGN_OF_LIFE);
      this.#timer = this.#watch();
    });
  }

  #didClose(): void {
    if (this.#closed !== undefined) return;
    this.#closed = this.#reason;
    this.#timer.dispose();
    this.#onDidClose.fire(this.#reason);
  }
}
