import type { IncomingMessage } from "node:http";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import type { PrinterLink, ServerBehind } from "../link/printerLink.ts";
import { printerIsOff, serverBehind } from "./printerSide.ts";
import { watchAlive } from "./watchAlive.ts";

/** Open bridges; each holds a connection of the printer's Moonraker, which has fifty for everybody. */
const MOST = 8;
/** Bytes of one frame, either way. */
const MOST_FRAME = 16 * 1024 * 1024;
/** Bytes waiting in one direction above which the reader counts as gone. */
const MOST_BUFFERED = 8 * 1024 * 1024;
/** Milliseconds for the printer to take the connection. */
const DIAL_WITHIN = 10_000;

/**
 * `/klippysocket`: Klipper's own API, bridged by the printer's Moonraker, or by us behind a bare Klipper, and handed on frame by frame. Nothing
 * in it is translated or queued; who uses it speaks to the machine itself.
 */
export class KlippyBridges {
  readonly #clock: Clock;
  readonly #clients = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME });
  #dialling = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Reaches the printer first and then takes the client's connection over. Rejects with `unavailable` while
   * neither a Moonraker nor Klipper answers, and with `too_many_requests`; the client has no websocket then.
   */
  async open(
    link: PrinterLink,
    request: IncomingMessage,
    socket: Parameters<WebSocketServer["handleUpgrade"]>[1],
    head: Buffer,
  ): Promise<void> {
    if (this.#clients.clients.size + this.#dialling >= MOST) {
      throw new AppError("too_many_requests", `There are ${MOST} bridges to Klipper already`);
    }
    this.#dialling++;
    try {
      const server = await serverBehind(link);
      const klippy = server === null ? await link.klippySocket() : null;
      if (klippy !== null) return this.#bridge(klippy, request, socket, head);
      if (server === null) throw printerIsOff("/klippysocket");
      const printer = await dial(server);
      socket.once("close", () => printer.terminate());
      this.#clients.handleUpgrade(request, socket, head, (client) => {
        const watching = watchAlive(client, this.#clock);
        client.once("close", () => watching.dispose());
        pass(client, printer);
        pass(printer, client);
      });
    } finally {
      this.#dialling--;
    }
  }

  /** Straight to Klipper's socket, where its frames end with 0x03 instead of being messages. */
  #bridge(
    klippy: Transport,
    request: IncomingMessage,
    socket: Parameters<WebSocketServer["handleUpgrade"]>[1],
    head: Buffer,
  ): void {
    socket.once("close", () => klippy.close());
    this.#clients.handleUpgrade(request, socket, head, (client) => {
      const watching = watchAlive(client, this.#clock);
      klippy.onDidReceive((text) => {
        if (client.bufferedAmount > MOST_BUFFERED) client.terminate();
        else client.send(text);
      });
      klippy.onDidClose(() => client.close());
      client.on("error", () => client.terminate());
      client.on("message", (data) => {
        const text = textOf(data);
        // One message is one frame: what would end it early would be a second one, past every count.
        if (text === null) client.close(1007, "A message holds one frame of text");
        else klippy.send(text);
      });
      client.once("close", () => {
        watching.dispose();
        klippy.close();
      });
    });
  }

  close(): void {
    for (const client of this.#clients.clients) client.terminate();
  }
}

/** A frame as Klipper takes it; null for what holds the sign that ends one. */
function textOf(data: RawData): string | null {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data));
  return bytes.includes(0x03) ? null : bytes.toString("utf8");
}

function dial({ url, apiKey }: ServerBehind): Promise<WebSocket> {
  const printer = new WebSocket(`${url.replace(/^http/, "ws")}/klippysocket`, {
    maxPayload: MOST_FRAME,
    handshakeTimeout: DIAL_WITHIN,
    headers: apiKey === null ? {} : { "X-Api-Key": apiKey },
  });
  // What it says before the client is there must not be lost.
  printer.once("open", () => printer.pause());
  return new Promise((resolve, reject) => {
    printer.once("open", () => resolve(printer));
    printer.once("error", (error) => {
      reject(
        new AppError("unavailable", `The printer refuses the bridge: ${messageOf(error)}`, {
          cause: error,
        }),
      );
    });
  });
}

/** Hands frames on, and the end of the connection. */
function pass(from: WebSocket, to: WebSocket): void {
  from.on("message", (data, isBinary) => {
    if (to.readyState !== WebSocket.OPEN) return;
    if (to.bufferedAmount > MOST_BUFFERED) return to.terminate();
    to.send(data, { binary: isBinary });
  });
  from.on("error", () => from.terminate());
  from.on("close", () => to.close());
  from.resume();
}
