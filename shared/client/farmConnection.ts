import type { FarmChanged, FarmSnapshot, PrinterLive } from "#shared/contract/farm.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import { backoffDelay } from "#shared/util/backoff.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter } from "#shared/util/event.ts";
import { type Call, RpcClient } from "./rpcClient.ts";

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  | {
      readonly kind: "lost";
      readonly reason: string;
      /** Wall milliseconds. */
      readonly since: number;
      readonly retryAt: number;
    };

export interface FarmConnectionOptions {
  readonly open: (signal: AbortSignal) => Promise<Transport>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Who is asking, for the host's list of clients: the page, or the desktop app behind it. */
  readonly client: {
    readonly name: string;
    readonly type: "web" | "desktop" | "other";
    readonly url: string;
  };
  readonly version: string;
}

const RETRY = { base: 500, cap: 10_000, jitter: 0.3 };
/** The host says something at least every 5 s; a socket silent for longer is dead, whatever it says. */
const SILENCE_LIMIT = 15_000;
const CALL_TIMEOUT = 15_000;

/**
 * Keeps one connection to the host, for the board and for the desktop app alike: identifies, takes a snapshot, follows
 * the changes, and starts over for ever when the link is lost or silent.
 */
export class FarmConnection {
  readonly #options: FarmConnectionOptions;
  readonly #onDidChangeState = new Emitter<ConnectionState>();
  readonly #onDidReceiveSnapshot = new Emitter<FarmSnapshot>();
  readonly #onDidChangePrinter = new Emitter<FarmChanged>();
  readonly #onDidReceiveLive = new Emitter<readonly PrinterLive[]>();
  #stop = new AbortController();
  #wait = new AbortController();
  #client: RpcClient | undefined;
  #revision = 0;
  #lostSince: number | undefined;

  readonly onDidChangeState = this.#onDidChangeState.event;
  readonly onDidReceiveSnapshot = this.#onDidReceiveSnapshot.event;
  readonly onDidChangePrinter = this.#onDidChangePrinter.event;
  readonly onDidReceiveLive = this.#onDidReceiveLive.event;

  constructor(options: FarmConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stop = new AbortController();
    drop(this.#run(this.#stop.signal), reportError);
  }

  stop(): void {
    this.#stop.abort();
    this.#wait.abort();
    this.#client?.dispose();
  }

  /** Tries at once instead of waiting for the next retry. */
  retryNow(): void {
    this.#wait.abort();
  }

  /** Rejects with `unavailable` at once while there is no connection: nothing is kept back and sent later. */
  readonly call: Call = (method, params, options) => {
    if (this.#client === undefined) {
      return Promise.reject(
        new AppError("unavailable", "Not sent: there is no connection to the host"),
      );
    }
    return this.#client.call(method, params, { timeout: CALL_TIMEOUT, ...options });
  };

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    let attempt = 0;
    this.#onDidChangeState.fire({ kind: "connecting" });
    while (!signal.aborted) {
      const reason = await this.#session(signal, () => (attempt = 0));
      if (signal.aborted) return;
      const delay = backoffDelay(attempt++, RETRY, random());
      this.#lostSince ??= clock.now();
      const retryAt = clock.now() + delay;
      this.#onDidChangeState.fire({ kind: "lost", reason, since: this.#lostSince, retryAt });
      this.#wait = new AbortController();
      await sleep(clock, delay, this.#wait.signal);
    }
  }

  /** One connection from open to close; resolves with the reason of its end. */
  async #session(signal: AbortSignal, onConnected: () => void): Promise<string> {
    const { clock, version, client: self } = this.#options;
    const resources = new DisposableStore();
    try {
      const transport = await this.#options.open(signal);
      const ended = new Promise<string>((resolve) => {
        resources.add(transport.onDidClose(resolve));
        resources.add(watchSilence(transport, clock, () => resolve("the host fell silent")));
      });
      const client = resources.add(new RpcClient(transport, clock));
      const timeout = CALL_TIMEOUT;
      await client.call(
        "server.connection.identify",
        { client_name: self.name, version, type: self.type, url: self.url },
        { timeout },
      );
      resources.add(client.on("notify_farm_changed", (change) => this.#follow(client, change)));
      resources.add(client.on("notify_farm_live", (live) => this.#onDidReceiveLive.fire(live)));
      await this.#takeSnapshot(client);
      this.#client = client;
      this.#lostSince = undefined;
      onConnected();
      this.#onDidChangeState.fire({ kind: "connected" });
      return await ended;
    } catch (error) {
      return messageOf(error);
    } finally {
      this.#client = undefined;
      resources.dispose();
    }
  }

  async #takeSnapshot(client: RpcClient): Promise<void> {
    const snapshot = await client.call("farm.snapshot", {}, { timeout: CALL_TIMEOUT });
    this.#revision = snapshot.revision;
    this.#onDidReceiveSnapshot.fire(snapshot);
  }

  #follow(client: RpcClient, change: FarmChanged): void {
    if (change.revision <= this.#revision) return;
    if (change.revision > this.#revision + 1) {
      // Something was missed; until the snapshot is here, later changes are older than it.
      drop(this.#takeSnapshot(client), reportError);
      return;
    }
    this.#revision = change.revision;
    this.#onDidChangePrinter.fire(change);
  }
}

function watchSilence(transport: Transport, clock: Clock, onSilence: () => void): DisposableStore {
  const resources = new DisposableStore();
  let timer = clock.setTimer(SILENCE_LIMIT, onSilence);
  resources.add({ dispose: () => timer.dispose() });
  resources.add(
    transport.onDidReceive(() => {
      timer.dispose();
      timer = clock.setTimer(SILENCE_LIMIT, onSilence);
    }),
  );
  return resources;
}

function reportError(error: unknown): void {
  console.error("Nextplate board:", error);
}
