import type { Readable } from "node:stream";
import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { KlippyState } from "#shared/contract/server.ts";
import type { StagedFile } from "#shared/domain/attempt.ts";
import type { RpcNotification } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import type { Event } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";

/** Our connection to one printer, as the engine and the board see it. Times are wall milliseconds. */
export type LinkState =
  | { readonly kind: "connecting"; readonly since: number; readonly lastSeen: number | null }
  | {
      readonly kind: "unreachable";
      readonly since: number;
      readonly lastSeen: number | null;
      /** What failed, in words for the operator. */
      readonly reason: string;
      readonly retryAt: number;
    }
  | {
      readonly kind: "unauthorized";
      readonly since: number;
      readonly lastSeen: number | null;
      readonly reason: string;
      readonly retryAt: number;
    }
  | {
      readonly kind: "connected";
      readonly since: number;
      /** Grows with every connection; an answer of an older epoch is stale. */
      readonly epoch: number;
      readonly klippy: KlippyState;
      readonly message: string;
      /** Set once Klippy is ready, subscribed, and its full status is in `status()`. */
      readonly session: PrinterSession | null;
    };

/** One run of Klippy seen through one connection. Values of an earlier session are worth nothing. */
export interface PrinterSession {
  readonly epoch: number;
  /** Tells one run of Klippy from the next; the same after a mere reconnect. */
  readonly klippyProcess: string;
  readonly objects: readonly string[];
  /**
   * True when the printer records its prints. Without a record, what happened out of sight cannot be
   * known: an empty `history()` then proves nothing.
   */
  readonly keepsHistory: boolean;
}

/** An entry of the printer's own history. */
export interface HistoryEntry {
  readonly jobId: string;
  readonly filename: string;
  /** Moonraker's word: in_progress, completed, cancelled, error, klippy_shutdown, ... */
  readonly status: string;
  /** Unix seconds. */
  readonly startTime: number;
  readonly endTime: number | null;
}

export interface StatusChange {
  /** Only what changed, per object and field. */
  readonly delta: PrinterObjects;
  /** Everything known of this session, merged. */
  readonly status: PrinterObjects;
  /** Klipper's monotonic clock, seconds. */
  readonly eventtime: number;
}

/** Awaited before so many bytes go to or come from the printer; a rejection ends the transfer with it. */
export type Pace = (bytes: number) => Promise<void>;

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Bytes handed to the network so far. */
  readonly onProgress: (sent: number) => void;
  /** Absent = as fast as it goes. */
  readonly pace?: Pace;
}

/** A folder below gcodes, as the printer's disk has it now. */
export interface FolderListing {
  /** Paths below gcodes. */
  readonly files: readonly StagedFile[];
  /** Names of the folders in it. */
  readonly folders: readonly string[];
}

/** The server a link speaks to, for requests that are handed on as they came. */
export interface ServerBehind {
  /** Base address without a trailing slash. */
  readonly url: string;
  readonly apiKey: string | null;
}

/**
 * A link to one printer. `start()` connects and reconnects for ever with jittered backoff; every call
 * pending when the connection closes is rejected with `AppError("unavailable")`. A request the printer
 * refused rejects with `RemoteError`. No method throws synchronously.
 * Both kinds of links pass test/contract/printerLink.
 */
export interface PrinterLink {
  readonly state: LinkState;
  readonly onDidChangeState: Event<LinkState>;

  /** Merged status of the present session; `{}` without one. */
  status(): PrinterObjects;
  readonly onDidChangeStatus: Event<StatusChange>;
  /** Lines of Klipper's output: `!! ` errors, `// ` infos, `echo: `, "File selected", ... */
  readonly onDidReceiveGcode: Event<string>;
  /** The printer's history added or finished an entry. */
  readonly onDidChangeHistory: Event<HistoryEntry>;
  /**
   * A macro called `start_job_queue` or `pause_job_queue`. Only over Klipper's own socket: a Moonraker
   * keeps these names for its own queue.
   */
  readonly onDidCallRemoteMethod: Event<string>;

  start(): void;
  /** Closes the connection and stops trying; resolves when nothing is left open. */
  stop(): Promise<void>;
  /** Tries to connect now instead of at `retryAt`. */
  reconnectNow(): void;

  /** Newest first; empty where the printer keeps no history. */
  history(limit: number): Promise<readonly HistoryEntry[]>;
  /** Sends the start of `path` (below gcodes) once. Resolving is an acknowledgement, not evidence. */
  startPrint(path: string): Promise<void>;
  /** Runs an empty script: when it answers, every script sent before it has run (behaviour.md 3.5). */
  barrier(): Promise<void>;
  /** Runs a g-code script and resolves when it has ended, however long that takes. */
  runGcode(script: string): Promise<void>;
  pausePrint(): Promise<void>;
  resumePrint(): Promise<void>;
  cancelPrint(): Promise<void>;
  /** On the open link, else on a fresh connection at once. Resolves when the stop is sent; rejects within 2 s. */
  emergencyStop(): Promise<void>;

  /**
   * Names the machine, not its address: uploads to one machine must not overlap (behaviour.md 2.5).
   * Resolves to hostname and address where known, else the resolved address.
   */
  machineKey(): Promise<string>;
  /** Sends a local file to `path` below gcodes, streamed. The answer is no proof of what was stored. */
  uploadFile(localPath: string, path: string, options: UploadOptions): Promise<StagedFile>;
  /** Reads a stored file back and hashes it. */
  hashFile(
    path: string,
    signal: AbortSignal,
    pace?: Pace,
  ): Promise<{ readonly sha256: string; readonly size: number }>;
  /** A stored file's bytes, to be read or destroyed. Rejects with `not_found` when there is no such file. */
  openFile(path: string, signal: AbortSignal): Promise<Readable>;
  /** Size and modification time as the printer has them now; null = no such file. */
  statFile(path: string): Promise<StagedFile | null>;
  /** What lies in a folder below gcodes ("" = gcodes itself); null = no such folder. */
  listFolder(path: string): Promise<FolderListing | null>;
  /** Removes a file, and its folder when that is empty then; a missing file is fine. */
  deleteFile(path: string): Promise<void>;
  /** Bytes free on the disk that holds gcodes; null = the printer does not say. */
  freeSpace(): Promise<number | null>;

  /**
   * Small notes that hosts of several computers leave each other at the printer, whatever Klippy does: in
   * namespace `nextplate` of Moonraker's database, else a file beside the g-code. No lock comes with them.
   * Resolves to what was written last by anyone; undefined = nothing.
   */
  readNote(name: string): Promise<unknown>;
  /** Replaces a note; null removes it. Resolves when the next reader will see it. */
  writeNote(name: string, value: object | null): Promise<void>;
  /** Any request of Moonraker's API, for relaying. */
  request(method: string, params?: object): Promise<unknown>;
  /** Every notification as the printer's Moonraker sent it, for relaying; none on a bare Klipper. */
  readonly onDidNotify: Event<RpcNotification>;
  /** The printer's Moonraker while it is connected; null without a connection, and on a bare Klipper. */
  serverBehind(): Promise<ServerBehind | null>;
  /**
   * A connection of its own to Klipper's API, which the caller closes: nothing in it is ours. Null where
   * Klipper is reached through a Moonraker only. Rejects with `unavailable`.
   */
  klippySocket(): Promise<Transport | null>;
  /**
   * Follows these objects besides the host's own, in place of those of the last call; also in sessions to
   * come. Resolves when `status()` holds what the present session has of them.
   */
  follow(objects: ObjectSelection): Promise<void>;
}
