import type { Readable } from "node:stream";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { RpcNotification, RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Logger } from "../log/logger.ts";
import { stopMachine } from "./emergencyStop.ts";
import { addressIdentity, hardwareIdentity } from "./machineIdentity.ts";
import { LinkConnection } from "./linkConnection.ts";
import { type FileServer, hashFile, openFile, uploadFile } from "./moonrakerFiles.ts";
import { readNote, writeNote } from "./moonrakerNotes.ts";
import { moonrakerProtocol } from "./moonrakerProtocol.ts";
import { stopOverHttp } from "./moonrakerStop.ts";
import {
  deleteStoredFile,
  freeSpaceOf,
  historyOf,
  listStoredFolder,
  statStoredFile,
} from "./moonrakerQueries.ts";
import type {
  FolderListing,
  HistoryEntry,
  LinkState,
  Pace,
  PrinterLink,
  ServerBehind,
  UploadOptions,
} from "./printerLink.ts";

/** Milliseconds. */
const SYSTEM_INFO_WITHIN = 5_000;

export interface MoonrakerLinkOptions {
  /** Base address of the Moonraker; asked before every connection, since a simulated one starts on demand. */
  readonly resolveUrl: () => Promise<string>;
  readonly apiKey: string | null;
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

/** A link to a printer whose Klipper is reached through Moonraker. */
export function createMoonrakerLink(options: MoonrakerLinkOptions): PrinterLink {
  return new MoonrakerLink(options);
}

class MoonrakerLink implements PrinterLink {
  readonly #options: MoonrakerLinkOptions;
  readonly #connection: LinkConnection;
  readonly #onDidReceiveGcode = new Emitter<string>();
  readonly #onDidChangeHistory = new Emitter<HistoryEntry>();
  readonly #onDidCallRemoteMethod = new Emitter<string>();
  readonly #onDidNotify = new Emitter<RpcNotification>();
  /** Transfers and emergency stops outside the websocket: `stop` ends and awaits them. */
  readonly #exchanges = new Set<Promise<unknown>>();
  #stopping = new AbortController();
  #machineKey: { readonly epoch: number; readonly key: string } | undefined;

  readonly onDidChangeState;
  readonly onDidChangeStatus;
  readonly onDidReceiveGcode = this.#onDidReceiveGcode.event;
  readonly onDidChangeHistory = this.#onDidChangeHistory.event;
  readonly onDidCallRemoteMethod = this.#onDidCallRemoteMethod.event;
  readonly onDidNotify = this.#onDidNotify.event;

  constructor(options: MoonrakerLinkOptions) {
    this.#options = options;
    const { clock, random, logger } = options;
    this.#connection = new LinkConnection({
      protocol: moonrakerProtocol(options),
      clock,
      random,
      logger,
      previousProcess: options.previousProcess ?? null,
      onGcode: (line) => this.#onDidReceiveGcode.fire(line),
      onHistory: (entry) => this.#onDidChangeHistory.fire(entry),
      onRemoteMethod: (name) => this.#onDidCallRemoteMethod.fire(name),
      onNotification: (notification) => this.#onDidNotify.fire(notification),
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

  async history(limit: number): Promise<readonly HistoryEntry[]> {
    return historyOf(this.#peer(), limit);
  }

  async startPrint(path: string): Promise<void> {
    await this.#peer().call("printer.print.start", { filename: path });
  }

  async barrier(): Promise<void> {
    await this.runGcode("");
  }

  async runGcode(script: string): Promise<void> {
    await this.#peer().call("printer.gcode.script", { script });
  }

  // No deadlines: they wait for the g-code line in progress, which may heat for minutes.
  async pausePrint(): Promise<void> {
    await this.#peer().call("printer.print.pause", {});
  }

  async resumePrint(): Promise<void> {
    await this.#peer().call("printer.print.resume", {});
  }

  async cancelPrint(): Promise<void> {
    await this.#peer().call("printer.print.cancel", {});
  }

  emergencyStop(): Promise<void> {
    const { peer } = this.#connection;
    // Not bound to `stop()`: an emergency stop asked for while we close still goes out.
    const stop = stopMachine({
      overLink:
        peer === undefined
          ? undefined
          : (timeout) => peer.call("printer.emergency_stop", {}, { timeout }),
      afresh: (signal, timeout) => stopOverHttp(this.#options, signal, timeout),
      clock: this.#options.clock,
    });
    return this.#track(stop);
  }

  async machineKey(): Promise<string> {
    const { epoch } = this.#connection;
    if (this.#machineKey?.epoch === epoch) return this.#machineKey.key;
    const hardware = await this.#hardwareIdentity();
    if (hardware === undefined) return addressIdentity(await this.#options.resolveUrl());
    // An answer of an older connection may speak of another machine behind the same address.
    if (epoch === this.#connection.epoch) this.#machineKey = { epoch, key: hardware };
    return hardware;
  }

  uploadFile(localPath: string, path: string, options: UploadOptions): Promise<StagedFile> {
    const signal = AbortSignal.any([options.signal, this.#stopping.signal]);
    return this.#track(
      this.#fileServer().then((server) =>
        uploadFile(server, localPath, path, { ...options, signal }),
      ),
    );
  }

  hashFile(
    path: string,
    signal: AbortSignal,
    pace?: Pace,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    return this.#track(this.#fileServer().then((server) => hashFile(server, path, either, pace)));
  }

  openFile(path: string, signal: AbortSignal): Promise<Readable> {
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    return this.#track(this.#fileServer().then((server) => openFile(server, path, either)));
  }

  async statFile(path: string): Promise<StagedFile | null> {
    return statStoredFile(this.#peer(), path);
  }

  async listFolder(path: string): Promise<FolderListing | null> {
    return listStoredFolder(this.#peer(), path);
  }

  async deleteFile(path: string): Promise<void> {
    await deleteStoredFile(this.#peer(), path);
  }

  async freeSpace(): Promise<number | null> {
    return freeSpaceOf(this.#peer());
  }

  async readNote(name: string): Promise<unknown> {
    return readNote(this.#peer(), name);
  }

  async writeNote(name: string, value: object | null): Promise<void> {
    await writeNote(this.#peer(), name, value);
  }

  async request(method: string, params?: object): Promise<unknown> {
    return this.#peer().call(method, params);
  }

  klippySocket(): Promise<null> {
    return Promise.resolve(null);
  }

  async serverBehind(): Promise<ServerBehind | null> {
    if (this.#connection.peer === undefined) return null;
    const url = await this.#options.resolveUrl();
    return { url: url.replace(/\/+$/, ""), apiKey: this.#options.apiKey };
  }

  follow(objects: ObjectSelection): Promise<void> {
    return this.#connection.follow(objects);
  }

  #peer(): RpcPeer {
    const { peer } = this.#connection;
    if (peer !== undefined) return peer;
    throw new AppError("unavailable", "The printer is not connected");
  }

  async #fileServer(): Promise<FileServer> {
    // Without a connection the transfer would only run into its timeouts.
    this.#peer();
    return { base: await this.#options.resolveUrl(), apiKey: this.#options.apiKey };
  }

  async #hardwareIdentity(): Promise<string | undefined> {
    try {
      const options = { timeout: SYSTEM_INFO_WITHIN };
      return hardwareIdentity(await this.#peer().call("machine.system_info", {}, options));
    } catch (error) {
      // Not every Moonraker has the machine component; the address serves then.
      this.#options.logger.debug("no system information", { error: messageOf(error) });
      return undefined;
    }
  }

  #track<T>(exchange: Promise<T>): Promise<T> {
    this.#exchanges.add(exchange);
    const forget = (): void => void this.#exchanges.delete(exchange);
    exchange.then(forget, forget);
    return exchange;
  }
}
