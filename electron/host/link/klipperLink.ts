import type { Readable } from "node:stream";
import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { KlippyState } from "#shared/contract/server.ts";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { type RpcNotification, RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Logger } from "../log/logger.ts";
import { stopMachine } from "./emergencyStop.ts";
import { configuredFolder } from "./klipperAddress.ts";
import * as files from "./klipperFiles.ts";
import { cardPath } from "./klipperFrames.ts";
import { klipperProtocol } from "./klipperProtocol.ts";
import { relay } from "./klipperRelay.ts";
import {
  emergencyStop,
  pauseResume,
  printScript,
  queryObjects,
  runScript,
} from "./klipperRequests.ts";
import { openKlipperSocket } from "./klipperSocket.ts";
import { LinkConnection } from "./linkConnection.ts";
import type {
  FolderListing,
  HistoryEntry,
  LinkState,
  Pace,
  PrinterLink,
  UploadOptions,
} from "./printerLink.ts";

const NOT_TOLD = "Klipper has not said yet where its files are, since it is not ready";
const NO_CARD =
  "Klipper has not said where its files are. Its configuration needs a [virtual_sdcard] section";

function notOurs(path: string): string {
  return `Klipper says that its files are in ${path}, which means nothing to this computer. Enter the folder's whole path`;
}

export interface KlipperLinkOptions {
  /** Path of the socket or host:port; asked before every connection. */
  readonly resolveSocket: () => Promise<string>;
  /** Where the printer's virtual_sdcard folder is on this computer; null = where Klipper says it is. */
  readonly folder: string | null;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly clientVersion: string;
  /** See MoonrakerLinkOptions. */
  readonly previousProcess?: string | null;
}

/** A link to a printer whose Klipper is reached through its own API socket, without a Moonraker. */
export function createKlipperLink(options: KlipperLinkOptions): PrinterLink {
  return new KlipperLink(options);
}

/** Files are written straight into the folder Klipper prints from; there is no history. */
class KlipperLink implements PrinterLink {
  readonly #options: KlipperLinkOptions;
  readonly #connection: LinkConnection;
  readonly #onDidReceiveGcode = new Emitter<string>();
  readonly #onDidChangeHistory = new Emitter<HistoryEntry>();
  readonly #onDidCallRemoteMethod = new Emitter<string>();
  readonly #onDidNotify = new Emitter<RpcNotification>();
  /** Transfers and emergency stops: `stop` ends and awaits them. */
  readonly #exchanges = new Set<Promise<unknown>>();
  #stopping = new AbortController();
  #folder: string | null;
  /** Why there is no folder, and what to do. */
  #noFolder = NOT_TOLD;

  readonly onDidChangeState;
  readonly onDidChangeStatus;
  readonly onDidReceiveGcode = this.#onDidReceiveGcode.event;
  readonly onDidChangeHistory = this.#onDidChangeHistory.event;
  readonly onDidCallRemoteMethod = this.#onDidCallRemoteMethod.event;
  readonly onDidNotify = this.#onDidNotify.event;

  constructor(options: KlipperLinkOptions) {
    this.#options = options;
    this.#folder = options.folder;
    const { clock, random, logger } = options;
    this.#connection = new LinkConnection({
      protocol: klipperProtocol({
        ...options,
        prepare: (peer, state) => this.#findFolder(peer, state),
      }),
      clock,
      random,
      logger,
      previousProcess: options.previousProcess ?? null,
      onGcode: (line) => this.#onDidReceiveGcode.fire(line),
      onHistory: (entry) => this.#onDidChangeHistory.fire(entry),
      onRemoteMethod: (name) => this.#onDidCallRemoteMethod.fire(name),
      // Moonraker's notifications there are none of; Klipper's own are the events of this link.
      onNotification: () => {},
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

  history(): Promise<readonly HistoryEntry[]> {
    return Promise.resolve([]);
  }

  async startPrint(path: string): Promise<void> {
    await runScript(this.#peer(), printScript(path));
  }

  async barrier(): Promise<void> {
    await this.runGcode("");
  }

  async runGcode(script: string): Promise<void> {
    await runScript(this.#peer(), script);
  }

  async pausePrint(): Promise<void> {
    await pauseResume(this.#peer(), "pause");
  }

  async resumePrint(): Promise<void> {
    await pauseResume(this.#peer(), "resume");
  }

  async cancelPrint(): Promise<void> {
    await pauseResume(this.#peer(), "cancel");
  }

  emergencyStop(): Promise<void> {
    const { peer } = this.#connection;
    const { clock } = this.#options;
    // Not bound to `stop()`: an emergency stop asked for while we close still goes out.
    const stop = stopMachine({
      overLink: peer === undefined ? undefined : (timeout) => emergencyStop(peer, timeout),
      afresh: (signal, timeout) => this.#stopAfresh(signal, timeout),
      clock,
    });
    return this.#track(stop);
  }

  /** Nothing is transferred over a machine's own server, so two printers of one machine cannot meet. */
  machineKey(): Promise<string> {
    return this.#withFolder((folder) => Promise.resolve(`folder:${folder}`));
  }

  uploadFile(localPath: string, path: string, options: UploadOptions): Promise<StagedFile> {
    const signal = AbortSignal.any([options.signal, this.#stopping.signal]);
    return this.#withFolder((folder) =>
      files.storeFile(folder, localPath, path, { ...options, signal }),
    );
  }

  hashFile(
    path: string,
    signal: AbortSignal,
    pace?: Pace,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    return this.#withFolder((folder) => files.hashFile(folder, path, either, pace));
  }

  openFile(path: string, signal: AbortSignal): Promise<Readable> {
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    return this.#withFolder((folder) => files.openFile(folder, path, either));
  }

  statFile(path: string): Promise<StagedFile | null> {
    return this.#withFolder((folder) => files.statFile(folder, path));
  }

  listFolder(path: string): Promise<FolderListing | null> {
    return this.#withFolder((folder) => files.listFolder(folder, path));
  }

  deleteFile(path: string): Promise<void> {
    return this.#withFolder((folder) => files.deleteFile(folder, path));
  }

  freeSpace(): Promise<number | null> {
    return this.#withFolder((folder) => files.freeSpace(folder));
  }

  readNote(name: string): Promise<unknown> {
    return this.#withFolder((folder) => files.readNote(folder, name));
  }

  writeNote(name: string, value: object | null): Promise<void> {
    return this.#withFolder((folder) => files.writeNote(folder, name, value));
  }

  async request(method: string, params?: object): Promise<unknown> {
    return relay(this.#peer(), method, params ?? {});
  }

  serverBehind(): Promise<null> {
    return Promise.resolve(null);
  }

  async klippySocket(): Promise<Transport> {
    // Not bound to the link's own connection: Klipper can be spoken to before it is ready.
    const { clock, resolveSocket } = this.#options;
    const { signal } = this.#stopping;
    try {
      return await openKlipperSocket(await resolveSocket(), { clock, signal, keepAlive: false });
    } catch (error) {
      throw new AppError("unavailable", messageOf(error), { cause: error });
    }
  }

  follow(objects: ObjectSelection): Promise<void> {
    return this.#connection.follow(objects);
  }

  #peer(): RpcPeer {
    const { peer } = this.#connection;
    if (peer !== undefined) return peer;
    throw new AppError("unavailable", "The printer is not connected");
  }

  /** The folder may be another one after a restart with another configuration. */
  async #findFolder(peer: RpcPeer, state: KlippyState): Promise<void> {
    if (this.#options.folder !== null) return;
    const path = cardPath((await queryObjects(peer, { configfile: ["config"] })).status);
    // A configuration that has not been read yet, or could not be, says nothing.
    if (path === undefined && state !== "ready") return;
    this.#folder = path === undefined ? null : configuredFolder(path);
    this.#noFolder = path === undefined ? NO_CARD : notOurs(path);
  }

  async #withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
    // Without a connection nobody knows which printer's folder this is.
    this.#peer();
    if (this.#folder !== null) return this.#track(run(this.#folder));
    throw new AppError("unavailable", this.#noFolder);
  }

  async #stopAfresh(signal: AbortSignal, timeout: number): Promise<void> {
    const { clock, resolveSocket } = this.#options;
    const transport = await openKlipperSocket(await resolveSocket(), { clock, signal });
    const peer = new RpcPeer(transport, clock);
    const giveUp = (): void => peer.dispose();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await emergencyStop(peer, timeout);
    } finally {
      signal.removeEventListener("abort", giveUp);
      peer.dispose();
    }
  }

  #track<T>(exchange: Promise<T>): Promise<T> {
    this.#exchanges.add(exchange);
    const forget = (): void => void this.#exchanges.delete(exchange);
    exchange.then(forget, forget);
    return exchange;
  }
}
