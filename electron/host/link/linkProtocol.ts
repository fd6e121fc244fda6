import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { KlippyState } from "#shared/contract/server.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { RunFacts } from "./klippyProcess.ts";
import type { HistoryEntry } from "./printerLink.ts";

/** A live subscription: everything the printer has, and what tells its run of Klippy from the next. */
export interface Subscription {
  readonly objects: readonly string[];
  readonly status: PrinterObjects;
  readonly eventtime: number;
  readonly facts: RunFacts;
}

/** What a frame that nobody asked for says. */
export type Notice =
  | { readonly kind: "status"; readonly delta: PrinterObjects; readonly eventtime: number }
  | { readonly kind: "klippy"; readonly state: "ready" | "shutdown" | "disconnected" }
  | { readonly kind: "gcode"; readonly line: string }
  | { readonly kind: "history"; readonly entry: HistoryEntry }
  /** A macro called a method we registered. */
  | { readonly kind: "remote_method"; readonly name: string }
  /** Not ours to handle: job queue, file list, process statistics, ... */
  | { readonly kind: "other" }
  | { readonly kind: "bad"; readonly method: string };

/** What Klippy is said to be, with words for people. */
export interface KlippyWord {
  readonly klippy: KlippyState;
  readonly message: string;
}

/**
 * How one kind of server is spoken to; `LinkConnection` decides when. Every function may reject, and an
 * answer may come after the connection it belongs to: the connection checks, not the protocol.
 */
export interface LinkProtocol {
  /** Its notifications are Moonraker's, to be handed on to clients; Klipper's own are only for us. */
  readonly isMoonraker: boolean;
  /** True when the server records its prints; a bare Klipper does not. */
  readonly keepsHistory: boolean;
  /** The sentence for an address where something answers, but not as expected. */
  readonly silence: string;
  /** Rejects with DialError; the signal gives the dial up. */
  open(signal: AbortSignal): Promise<Transport>;
  /** Says who we are. Rejects with AppError `unauthorized` when that is refused. */
  greet(peer: RpcPeer): Promise<void>;
  askKlippy(peer: RpcPeer): Promise<KlippyWord>;
  /** Registers everything a session needs, with one subscription to the farm view's and these objects. */
  subscribe(peer: RpcPeer, followed: ObjectSelection): Promise<Subscription>;
  /** Replaces the subscription of a live session whose printer has these objects. */
  resubscribe(
    peer: RpcPeer,
    objects: readonly string[],
    followed: ObjectSelection,
  ): Promise<{ readonly status: PrinterObjects; readonly eventtime: number }>;
  /** Never throws. */
  readNotices(method: string, params: readonly unknown[]): readonly Notice[];
  /** Whether a failed request means that our credentials were turned down. */
  isUnauthorized(error: unknown): boolean;
}
