import type { Readable } from "node:stream";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { LinkShell, type LinkShellOptions } from "./linkShell.ts";
import { addressIdentity, hardwareIdentity } from "./machineIdentity.ts";
import { type FileServer, hashFile, openFile, uploadFile } from "./moonrakerFiles.ts";
import { readNote, writeNote } from "./moonrakerNotes.ts";
import { moonrakerProtocol } from "./moonrakerProtocol.ts";
import {
  deleteStoredFile,
  freeSpaceOf,
  historyOf,
  listStoredFolder,
  statStoredFile,
} from "./moonrakerQueries.ts";
import { stopOverHttp } from "./moonrakerStop.ts";
import type {
  FolderListing,
  HistoryEntry,
  Pace,
  PrinterLink,
  ServerBehind,
  UploadOptions,
} from "./printerLink.ts";

/** Milliseconds. */
const SYSTEM_INFO_WITHIN = 5_000;

export interface MoonrakerLinkOptions extends LinkShellOptions {
  /** Base address of the Moonraker; asked before every connection, since a simulated one starts on demand. */
  readonly resolveUrl: () => Promise<string>;
  readonly apiKey: string | null;
}

/** A link to a printer whose Klipper is reached through Moonraker. */
export function createMoonrakerLink(options: MoonrakerLinkOptions): PrinterLink {
  return new MoonrakerLink(options);
}

class MoonrakerLink extends LinkShell implements PrinterLink {
  readonly #options: MoonrakerLinkOptions;
  #machineKey: { readonly epoch: number; readonly key: string } | undefined;

  constructor(options: MoonrakerLinkOptions) {
    super(options, moonrakerProtocol(options));
    this.#options = options;
  }

  async history(limit: number): Promise<readonly HistoryEntry[]> {
    return historyOf(this.peer(), limit);
  }

  async startPrint(path: string): Promise<void> {
    await this.peer().call("printer.print.start", { filename: path });
  }

  async runGcode(script: string): Promise<void> {
    await this.peer().call("printer.gcode.script", { script });
  }

  // No deadlines: they wait for the g-code line in progress, which may heat for minutes.
  async pausePrint(): Promise<void> {
    await this.peer().call("printer.print.pause", {});
  }

  async resumePrint(): Promise<void> {
    await this.peer().call("printer.print.resume", {});
  }

  async cancelPrint(): Promise<void> {
    await this.peer().call("printer.print.cancel", {});
  }

  async machineKey(): Promise<string> {
    const { epoch } = this;
    if (this.#machineKey?.epoch === epoch) return this.#machineKey.key;
    const hardware = await this.#hardwareIdentity();
    if (hardware === undefined) return addressIdentity(await this.#options.resolveUrl());
    // An answer of an older connection may speak of another machine behind the same address.
    if (epoch === this.epoch) this.#machineKey = { epoch, key: hardware };
    return hardware;
  }

  uploadFile(localPath: string, path: string, options: UploadOptions): Promise<StagedFile> {
    const signal = this.untilStopped(options.signal);
    return this.track(
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
    const either = this.untilStopped(signal);
    return this.track(this.#fileServer().then((server) => hashFile(server, path, either, pace)));
  }

  openFile(path: string, signal: AbortSignal): Promise<Readable> {
    const either = this.untilStopped(signal);
    return this.track(this.#fileServer().then((server) => openFile(server, path, either)));
  }

  async statFile(path: string): Promise<StagedFile | null> {
    return statStoredFile(this.peer(), path);
  }

  async listFolder(path: string): Promise<FolderListing | null> {
    return listStoredFolder(this.peer(), path);
  }

  async deleteFile(path: string): Promise<void> {
    await deleteStoredFile(this.peer(), path);
  }

  async freeSpace(): Promise<number | null> {
    return freeSpaceOf(this.peer());
  }

  async readNote(name: string): Promise<unknown> {
    return readNote(this.peer(), name);
  }

  async writeNote(name: string, value: object | null): Promise<void> {
    await writeNote(this.peer(), name, value);
  }

  async request(method: string, params?: object): Promise<unknown> {
    return this.peer().call(method, params);
  }

  klippySocket(): Promise<null> {
    return Promise.resolve(null);
  }

  async serverBehind(): Promise<ServerBehind | null> {
    if (!this.isConnected) return null;
    const url = await this.#options.resolveUrl();
    return { url: url.replace(/\/+$/, ""), apiKey: this.#options.apiKey };
  }

  protected stopOver(peer: RpcPeer, timeout: number): Promise<unknown> {
    return peer.call("printer.emergency_stop", {}, { timeout });
  }

  protected stopAfresh(signal: AbortSignal, timeout: number): Promise<void> {
    return stopOverHttp(this.#options, signal, timeout);
  }

  async #fileServer(): Promise<FileServer> {
    // Without a connection the transfer would only run into its timeouts.
    this.peer();
    return { base: await this.#options.resolveUrl(), apiKey: this.#options.apiKey };
  }

  async #hardwareIdentity(): Promise<string | undefined> {
    try {
      const options = { timeout: SYSTEM_INFO_WITHIN };
      return hardwareIdentity(await this.peer().call("machine.system_info", {}, options));
    } catch (error) {
      // Not every Moonraker has the machine component; the address serves then.
      this.#options.logger.debug("no system information", { error: messageOf(error) });
      return undefined;
    }
  }
}
