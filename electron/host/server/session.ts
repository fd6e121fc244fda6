import type { Duplex } from "node:stream";
import type { NotificationName, NotificationParams } from "#shared/contract/notifications.ts";
import type { WebSocket } from "ws";
import type { Bearer } from "./bearer.ts";
import type { Endpoint } from "./endpoints.ts";
import type { ObjectSubscription } from "./objectSubscription.ts";
import { ListsByPrinter } from "./receivedLists.ts";

/** Bytes waiting in one socket above which its client counts as not reading and is dropped. */
const MOST_BUFFERED = 8 * 1024 * 1024;

const AS_TEXT = { binary: false } as const;

/** Who a client says it is, once. */
export interface Identity {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly url: string;
}

/** One websocket client. */
export class Session {
  readonly id: number;
  readonly endpoint: Endpoint;
  readonly remoteAddress: string;
  /** Queue lists this client was sent lately. */
  readonly lists = new ListsByPrinter();
  readonly #socket: WebSocket;
  /** What the websocket writes to. */
  readonly #wire: Duplex;
  #isCorked = false;
  /** What it may do without a credential: where it calls from is enough for some. */
  readonly #unnamed: Bearer | null;
  #bearer: Bearer | null;
  #identity: Identity | null = null;
  #joinedFarm = false;
  #watchesFarm = false;
  #subscription: ObjectSubscription | null = null;

  constructor(
    id: number,
    endpoint: Endpoint,
    remoteAddress: string,
    connection: { readonly socket: WebSocket; readonly wire: Duplex },
    bearer: Bearer | null,
  ) {
    this.#bearer = bearer;
    this.#unnamed = bearer?.kind === "trusted" ? bearer : null;
    this.id = id;
    this.endpoint = endpoint;
    this.remoteAddress = remoteAddress;
    this.#socket = connection.socket;
    this.#wire = connection.wire;
  }

  /** As whom it is known; null until it has shown a key or logged in. */
  get bearer(): Bearer | null {
    return this.#bearer;
  }

  /** It has shown a key, or logged in. */
  admit(bearer: Bearer): void {
    this.#bearer = bearer;
  }

  /** What it showed is worth nothing any more. */
  dismiss(): void {
    this.#bearer = this.#unnamed;
    if (this.#bearer === null) this.subscribe(null);
  }

  get identity(): Identity | null {
    return this.#identity;
  }

  get clientName(): string {
    return this.#identity?.name ?? this.remoteAddress;
  }

  /** Our own board: it alone watches the farm and says its name. */
  get isBoard(): boolean {
    return this.#watchesFarm && this.#identity?.name.toLowerCase().startsWith("nextplate") === true;
  }

  identify(identity: Identity): void {
    this.#identity = identity;
  }

  /** It knows of several printers: from now on it hears of those other than the default one too. */
  joinFarm(): void {
    this.#joinedFarm = true;
  }

  get joinedFarm(): boolean {
    return this.#joinedFarm;
  }

  /** It holds a snapshot of the farm: from now on it is told of every change. */
  watchFarm(): void {
    this.#watchesFarm = true;
  }

  get watchesFarm(): boolean {
    return this.#watchesFarm;
  }

  get subscription(): ObjectSubscription | null {
    return this.#subscription;
  }

  /** A new subscription replaces the former one. */
  subscribe(subscription: ObjectSubscription | null): void {
    this.#subscription?.dispose();
    this.#subscription = subscription;
  }

  notify<N extends NotificationName>(name: N, params: NotificationParams<N>): void {
    this.send(notificationText(name, params));
  }

  /** Sends a frame, as bytes when several get it. A client that does not read is dropped: what it misses it asks for when it is back. */
  send(frame: string | Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_BUFFERED) return this.#socket.terminate();
    this.#gather();
    this.#socket.send(frame, AS_TEXT);
  }

  /** Frames of one turn leave together: a write of its own for each costs more than making it. */
  #gather(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#wire.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#wire.uncork();
    });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  dispose(): void {
    this.subscribe(null);
  }
}

/** A notification of a printer's own Moonraker, handed on. */
export function relayedText(method: string, params: readonly unknown[]): string {
  return JSON.stringify(
    params.length === 0 ? { jsonrpc: "2.0", method } : { jsonrpc: "2.0", method, params },
  );
}

/** A notification as it goes out; made once for all who get the same. */
export function notificationText<N extends NotificationName>(
  method: N,
  params: NotificationParams<N>,
): string {
  const empty = params.length === 0;
  return JSON.stringify(empty ? { jsonrpc: "2.0", method } : { jsonrpc: "2.0", method, params });
}
