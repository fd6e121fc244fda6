import WebSocket from "ws";
import * as z from "zod";
import { RpcPeer, type RpcNotification } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import { systemClock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";

/** A client of our API as any script would be one: websocket JSON-RPC, and HTTP for files. */
export class ApiClient {
  readonly notifications: RpcNotification[] = [];
  readonly #peer: RpcPeer;
  readonly #socket: WebSocket;
  readonly #onDidNotify = new Emitter<RpcNotification>();
  readonly onDidNotify = this.#onDidNotify.event;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#peer = new RpcPeer(socketTransport(socket), systemClock);
    this.#peer.onDidNotify((notification) => {
      this.notifications.push(notification);
      this.#onDidNotify.fire(notification);
    });
  }

  /** `base` is an endpoint's http address with a trailing slash; `query` starts with its question mark. */
  static async connect(
    base: string,
    { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {},
  ): Promise<ApiClient> {
    const address = `${base.replace(/^http/, "ws")}websocket${query}`;
    const socket = new WebSocket(address, { headers });
    const client = new ApiClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("error", reject);
    });
    return client;
  }

  call(method: string, params?: object): Promise<unknown> {
    return this.#peer.call(method, params, { timeout: 60_000 });
  }

  /** Calls and parses the answer. */
  async ask<T extends z.ZodType>(schema: T, method: string, params?: object): Promise<z.output<T>> {
    return schema.parse(await this.call(method, params));
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.once("close", resolve));
    this.#peer.dispose();
    await closed;
  }
}

function socketTransport(socket: WebSocket): Transport {
  const received = new Emitter<string>();
  const closed = new Emitter<string>();
  socket.on("message", (data) => {
    received.fire(z.instanceof(Buffer).parse(data).toString("utf8"));
  });
  socket.on("close", (code, reason) => closed.fire(`${code} ${reason.toString()}`));
  socket.on("error", () => {});
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    onDidReceive: received.event,
    onDidClose: closed.event,
  };
}

/** Uploads a file to the library of an endpoint. */
export async function uploadFile(
  base: string,
  name: string,
  bytes: Uint8Array | string,
): Promise<Response> {
  const form = new FormData();
  form.append("file", new Blob([typeof bytes === "string" ? bytes : Uint8Array.from(bytes)]), name);
  return fetch(`${base}server/files/upload`, { method: "POST", body: form });
}

/** Waits until `condition` gives something other than undefined or false; fails with `what` after `timeout` ms. */
export async function waitFor<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeout = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${timeout} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
