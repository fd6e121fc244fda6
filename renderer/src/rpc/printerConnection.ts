import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import { backoffDelay } from "#shared/util/backoff.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter } from "#shared/util/event.ts";
import type * as z from "zod";

export interface PrinterConnectionOptions {
  readonly open: (signal: AbortSignal) => Promise<Transport>;
  readonly clock: Clock;
  readonly version: string;
}

const RETRY = { base: 1000, cap: 10_000, jitter: 0 };
const CALL_TIMEOUT = 10_000;

/**
 * A second connection, to one printer's own endpoint, for what the farm's does not carry: its console and
 * what its Moonraker alone knows. Comes back by itself until it is stopped.
 */
export class PrinterConnection {
  readonly #options: PrinterConnectionOptions;
  readonly #onDidRespond = new Emitter<string>();
  readonly #onDidConnect = new Emitter<void>();
  readonly #stop = new AbortController();
  #peer: RpcPeer | undefined;

  /** One line of the printer's console. */
  readonly onDidRespond = this.#onDidRespond.event;
  readonly onDidConnect = this.#onDidConnect.event;

  constructor(options: PrinterConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    drop(this.#run(), (error) => console.error("Nextplate board:", messageOf(error)));
  }

  stop(): void {
    this.#stop.abort();
    this.#peer?.dispose();
  }

  /**
   * Asks the printer's Moonraker something and reads the answer by `schema`. Rejects with `unavailable`
   * without a connection, and with the printer's own error. `timeout` in milliseconds.
   */
  async ask<T>(
    method: string,
    params: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    timeout = CALL_TIMEOUT,
  ): Promise<T> {
    if (this.#peer === undefined) {
      throw new AppError("unavailable", "Not sent: there is no connection to this printer");
    }
    return schema.parse(await this.#peer.call(method, params, { timeout }));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (await this.#session(signal)) attempt = 0;
      await sleep(this.#options.clock, backoffDelay(attempt, RETRY, 0), signal);
    }
  }

  /** One connection from open to close; true when it was usable. */
  async #session(signal: AbortSignal): Promise<boolean> {
    const { clock, version } = this.#options;
    const resources = new DisposableStore();
    try {
      const transport = await this.#options.open(signal);
      const ended = new Promise<void>((resolve) => {
        resources.add(transport.onDidClose(() => resolve()));
      });
      const peer = resources.add(new RpcPeer(transport, clock));
      resources.add(
        peer.onDidNotify(({ method, params }) => {
          const [line] = params;
          if (method === "notify_gcode_response" && typeof line === "string") {
            this.#onDidRespond.fire(line);
          }
        }),
      );
      const identity = { client_name: "Nextplate panel", version, type: "web", url: "" };
      await peer.call("server.connection.identify", identity, { timeout: CALL_TIMEOUT });
      this.#peer = peer;
      this.#onDidConnect.fire();
      await ended;
      return true;
    } catch {
      // Told by the console staying empty; the farm's own connection shows why.
      return false;
    } finally {
      this.#peer = undefined;
      resources.dispose();
    }
  }
}
