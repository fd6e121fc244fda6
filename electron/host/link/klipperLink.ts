import type { Readable } from "node:stream";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import { CardFolder } from "./cardFolder.ts";
import * as files from "./klipperFiles.ts";
import { removeLeftovers } from "./klipperLeftovers.ts";
import { klipperProtocol } from "./klipperProtocol.ts";
import { relay } from "./klipperRelay.ts";
import { emergencyStop, pauseResume, printScript, runScript } from "./klipperRequests.ts";
import { openKlipperSocket } from "./klipperSocket.ts";
import { LinkShell, type LinkShellOptions } from "./linkShell.ts";
import type {
  FolderListing,
  HistoryEntry,
  Pace,
  PrinterLink,
  UploadOptions,
} from "./printerLink.ts";

export interface KlipperLinkOptions extends LinkShellOptions {
  /** Path of the socket or host:port; asked before every connection. */
  readonly resolveSocket: () => Promise<string>;
  /** Where the printer's virtual_sdcard folder is on this computer; null = where Klipper says it is. */
  readonly folder: string | null;
}

/** A link to a printer whose Klipper is reached through its own API socket, without a Moonraker. */
export function createKlipperLink(options: KlipperLinkOptions): PrinterLink {
  return new KlipperLink(options);
}

/** Files are written straight into the folder Klipper prints from; there is no history. */
class KlipperLink extends LinkShell implements PrinterLink {
  readonly #options: KlipperLinkOptions;
  readonly #folder: CardFolder;
  #cleaned: { readonly folder: string; readonly done: Promise<void> } | undefined;

  constructor(options: KlipperLinkOptions) {
    const folder = new CardFolder(options.folder);
    const prepare = folder.learn.bind(folder);
    super(options, klipperProtocol({ ...options, prepare }));
    this.#options = options;
    this.#folder = folder;
  }

  history(): Promise<readonly HistoryEntry[]> {
    return Promise.resolve([]);
  }

  async startPrint(path: string): Promise<void> {
    await runScript(this.peer(), printScript(path));
  }

  async runGcode(script: string): Promise<void> {
    await runScript(this.peer(), script);
  }

  async pausePrint(): Promise<void> {
    await pauseResume(this.peer(), "pause");
  }

  async resumePrint(): Promise<void> {
    await pauseResume(this.peer(), "resume");
  }

  async cancelPrint(): Promise<void> {
    await pauseResume(this.peer(), "cancel");
  }

  /** Nothing is transferred over a machine's own server, so two printers of one machine cannot meet. */
  machineKey(): Promise<string> {
    return this.#withFolder((folder) => Promise.resolve(`folder:${folder}`));
  }

  uploadFile(localPath: string, path: string, options: UploadOptions): Promise<StagedFile> {
    const signal = this.untilStopped(options.signal);
    return this.#withFolder(async (folder) => {
      await this.#cleanOnce(folder);
      return files.storeFile(folder, localPath, path, { ...options, signal });
    });
  }

  hashFile(
    path: string,
    signal: AbortSignal,
    pace?: Pace,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const either = this.untilStopped(signal);
    return this.#withFolder((folder) => files.hashFile(folder, path, either, pace));
  }

  openFile(path: string, signal: AbortSignal): Promise<Readable> {
    const either = this.untilStopped(signal);
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
    return relay(this.peer(), method, params ?? {});
  }

  serverBehind(): Promise<null> {
    return Promise.resolve(null);
  }

  async klippySocket(): Promise<Transport> {
    // Not bound to the link's own connection: Klipper can be spoken to before it is ready.
    const { clock, resolveSocket } = this.#options;
    const signal = this.stopped;
    try {
      return await openKlipperSocket(await resolveSocket(), { clock, signal, keepAlive: false });
    } catch (error) {
      throw new AppError("unavailable", messageOf(error), { cause: error });
    }
  }

  protected stopOver(peer: RpcPeer, timeout: number): Promise<void> {
    return emergencyStop(peer, timeout);
  }

  protected async stopAfresh(signal: AbortSignal, timeout: number): Promise<void> {
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

  /** Before the first transfer of this process into a folder. */
  #cleanOnce(folder: string): Promise<void> {
    if (this.#cleaned?.folder !== folder) {
      this.#cleaned = { folder, done: removeLeftovers(folder, this.#options.clock.now()) };
    }
    return this.#cleaned.done;
  }

  async #withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
    // Without a connection nobody knows which printer's folder this is.
    this.peer();
    return this.track(run(this.#folder.path));
  }
}
