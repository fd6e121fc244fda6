import { existsSync, unlinkSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { FaultSwitches } from "./faults.ts";
import type { Klippy, KlippyEvent } from "./klippy/klippy.ts";
import type { KlippyInside } from "./klippySocketApi.ts";
import { KlippySocketClient } from "./klippySocketClient.ts";
import { selectDelta, statusDelta } from "./moonraker/statusFeed.ts";

export interface KlippySocketOptions {
  /** Where the Unix socket is made; null = only TCP. */
  readonly path: string | null;
  readonly klippy: Klippy;
  readonly hostname: string;
  readonly clock: Clock;
  readonly faults: FaultSwitches;
  /** Milliseconds a restart takes; the socket is back, not ready, in half of it. */
  readonly restartTime: number;
  /** Runs a script with the faults a start can have. */
  readonly runScript: (script: string) => Promise<void>;
}

/**
 * Klipper's API server of a simulated printer, on a Unix socket and on a TCP port of 127.0.0.1 as people
 * forward it. It comes and goes with Klipper: a restart closes every connection.
 */
export class KlippySocket implements KlippyInside {
  readonly #options: KlippySocketOptions;
  readonly #clients = new Map<Socket, KlippySocketClient>();
  #servers: Server[] = [];
  #port = 0;
  #refuses = false;
  #objects: PrinterObjects = {};
  #waiting: ((objects: PrinterObjects) => void)[] = [];
  #comeback: Disposable | undefined;

  constructor(options: KlippySocketOptions) {
    this.#options = options;
  }

  get klippy(): Klippy {
    return this.#options.klippy;
  }

  get hostname(): string {
    return this.#options.hostname;
  }

  /** Of the Unix socket; null = there is only the port. */
  get path(): string | null {
    return this.#options.path;
  }

  /** `127.0.0.1:<port>`, known once it has been opened; the same after a restart. */
  get tcpAddress(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Connections open now. */
  get clientCount(): number {
    return this.#clients.size;
  }

  /** Listens on both, or goes on doing so. */
  async open(): Promise<void> {
    this.#refuses = false;
    if (this.#servers.length > 0) return;
    const { path } = this.#options;
    const servers = [createServer((socket) => this.#accept(socket))];
    if (path !== null) {
      // Left by a process that was killed, as Klipper's own.
      if (existsSync(path)) unlinkSync(path);
      servers.push(createServer((socket) => this.#accept(socket)));
    }
    this.#servers = servers;
    const [tcp, unix] = servers;
    if (tcp !== undefined) {
      await listening(tcp, () => tcp.listen(this.#port, "127.0.0.1"));
      const address = tcp.address();
      if (typeof address === "object" && address !== null) this.#port = address.port;
    }
    if (unix !== undefined && path !== null) await listening(unix, () => unix.listen(path));
  }

  /** New connections are refused until `open`; the present ones stay. */
  refuse(): void {
    this.#refuses = true;
    for (const server of this.#servers.splice(0)) server.close();
  }

  /** Every connection is cut off. */
  cut(): void {
    for (const socket of this.#clients.keys()) socket.destroy();
  }

  /** Everything ends; resolves when the addresses are free. */
  async close(): Promise<void> {
    this.#comeback?.dispose();
    const closed = this.#servers
      .splice(0)
      .map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    this.cut();
    await Promise.all(closed);
  }

  stall(stalled: boolean): void {
    for (const client of this.#clients.values()) client.stall(stalled);
  }

  nextStatus(): Promise<PrinterObjects> {
    const isSubscribed = [...this.#clients.values()].some(({ status }) => status !== null);
    if (isSubscribed) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#objects = this.klippy.objects();
    return Promise.resolve(this.#objects);
  }

  runScript(script: string): Promise<void> {
    return this.#options.runScript(script);
  }

  /** Klipper's status tick. */
  tick(): void {
    if (this.klippy.state === "disconnected") return;
    const objects = this.klippy.objects();
    const delta = statusDelta(this.#objects, objects);
    this.#objects = objects;
    const eventtime = this.klippy.time;
    for (const client of this.#clients.values()) {
      client.checkReader();
      const { status } = client;
      const changed = status === null ? null : selectDelta(delta, status.selection);
      if (status !== null && changed !== null) {
        client.tell(status.template, { eventtime, status: changed });
      }
    }
    for (const resolve of this.#waiting.splice(0)) resolve(objects);
  }

  /** What Klipper tells on its own. */
  receive(event: KlippyEvent): void {
    switch (event.kind) {
      case "response":
        for (const { output, client } of this.#everyone()) {
          if (output !== null) client.tell(output, { response: event.text });
        }
        return;
      case "remote_method":
        for (const { client } of this.#everyone()) {
          const template = client.remoteMethods.get(event.name);
          if (template !== undefined) client.tell(template, {});
        }
        return;
      case "ready":
        this.#comeback?.dispose();
        return this.#reopen();
      case "disconnected":
        return this.#gone();
      case "print":
      case "shutdown":
        return;
    }
  }

  #everyone(): { client: KlippySocketClient; output: KlippySocketClient["output"] }[] {
    return [...this.#clients.values()].map((client) => ({ client, output: client.output }));
  }

  /** The process closes its socket; what it still had to say goes out first. */
  #gone(): void {
    const { clock, restartTime } = this.#options;
    for (const server of this.#servers.splice(0)) server.close();
    for (const socket of this.#clients.keys()) socket.destroySoon();
    this.#waiting = [];
    this.#comeback?.dispose();
    this.#comeback = clock.setTimer(restartTime / 2, () => {
      if (this.klippy.isBooting) this.#reopen();
    });
  }

  #reopen(): void {
    if (this.#refuses) return;
    this.open().catch(() => undefined);
  }

  #accept(socket: Socket): void {
    const { faults, clock } = this.#options;
    socket.on("error", () => socket.destroy());
    if (faults.silentAccept) return;
    this.#clients.set(socket, new KlippySocketClient(socket, this, faults, clock));
    socket.on("close", () => this.#clients.delete(socket));
  }
}

async function listening(server: Server, listen: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", resolve);
    listen();
  });
}
