import type { ObjectSelection } from "#shared/contract/printer.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { RpcNotification, RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Logger } from "../log/logger.ts";
import { stopMachine } from "./emergencyStop.ts";
import { LinkConnection } from "./linkConnection.ts";
import type { LinkProtocol } from "./linkProtocol.ts";
import type { HistoryEntry, LinkState } from "./printerLink.ts";

export interface LinkShellOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly clientVersion: string;
  /**
   * `PrinterSession.klippyProcess` of the newest stored baseline, so that a run of Klippy keeps its name
   * across a restart of this program; null or absent = nothing known.
   */
  readonly previousProcess?: string | null;
}

/** What every link is, whatever it speaks: a connection with its events, and the exchanges beside it. */
export abstract class LinkShell {
  readonly #clock: Clock;
  readonly #connection: LinkConnection;
  readonly #onDidReceiveGcode = new Emitter<string>();
  readonly #onDidChangeHistory = new Emitter<HistoryEntry>();
  readonly #onDidCallRemoteMethod = new Emitter<string>();
  readonly #onDidNotify = new Emitter<RpcNotification>();
  /** Transfers and emergency stops: `stop` ends and awaits them. */
  readonly #exchanges = new Set<Promise<unknown>>();
  #stopping = new AbortController();

  readonly onDidChangeState;
  readonly onDidChangeStatus;
  readonly onDidReceiveGcode = this.#onDidReceiveGcode.event;
  readonly onDidChangeHistory = this.#onDidChangeHistory.event;
  readonly onDidCallRemoteMethod = this.#onDidCallRemoteMethod.event;
  readonly onDidNotify = this.#onDidNotify.event;

  protected constructor(options: LinkShellOptions, protocol: LinkProtocol) {
    const { clock, random, logger } = options;
    this.#clock = clock;
    this.#connection = new LinkConnection({
      protocol,
      clock,
      random,
      logger,
      previousProcess: options.previousProcess ?? null,
      onGcode: (line) => this.#onDidReceiveGcode.fire(line),
      onHistory: (entry) => this.#onDidChangeHistory.fire(entry),
      onRemoteMethod: (name) => this.#onDidCallRemoteMethod.fire(name),
      onNotification: (notification) => {
        if (protocol.isMoonraker) this.#onDidNotify.fire(notification);
      },
    });
    this.onDidChangeState = this.#connection.onDidChangeState;
    this.onDidChangeStatus = this.#connection.onDidChangeStatus;
  }

  get state(): LinkState {
    return this.#connection.state;
  }

  status(): PrinterObjects {
    return this.#connection.status;
  }

  start(): void {
    if (this.#stopping.signal.aborted) this.#stopping = new AbortController();
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([this.#connection.stop(), ...this.#exchanges]);
  }

  reconnectNow(): void {
    this.#connection.reconnectNow();
  }

  follow(objects: ObjectSelection): Promise<void> {
    return this.#connection.follow(objects);
  }

  abstract runGcode(script: string): Promise<void>;

  async barrier(): Promise<void> {
    await this.runGcode("");
  }

  emergencyStop(): Promise<void> {
    const { peer } = this.#connection;
    // Not bound to `stop()`: an emergency stop asked for while we close still goes out.
    const stop = stopMachine({
      overLink: peer === undefined ? undefined : (timeout) => this.stopOver(peer, timeout),
      afresh: (signal, timeout) => this.stopAfresh(signal, timeout),
      clock: this.#clock,
    });
    return this.track(stop);
  }

  /** Sends an emergency stop over this connection; `timeout` in milliseconds. */
  protected abstract stopOver(peer: RpcPeer, timeout: number): Promise<unknown>;
  /** The same over a connection of its own. */
  protected abstract stopAfresh(signal: AbortSignal, timeout: number): Promise<void>;

  /** Grows with every connection. */
  protected get epoch(): number {
    return this.#connection.epoch;
  }

  protected get isConnected(): boolean {
    return this.#connection.peer !== undefined;
  }

  /** For requests; throws `unavailable` until the printer has accepted us. */
  protected peer(): RpcPeer {
    const { peer } = this.#connection;
    if (peer !== undefined) return peer;
    throw new AppError("unavailable", "The printer is not connected");
  }

  /** Aborts when the link is stopped. */
  protected get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Aborts with the signal, and when the link is stopped. */
  protected untilStopped(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.stopped]);
  }

  /** What `stop` waits for. */
  protected track<T>(exchange: Promise<T>): Promise<T> {
    this.#exchanges.add(exchange);
    const forget = (): void => void this.#exchanges.delete(exchange);
    exchange.then(forget, forget);
    return exchange;
  }
}
