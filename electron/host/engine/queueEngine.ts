import type { JobQueueAction } from "#shared/contract/jobQueue.ts";
import type { Decision } from "#shared/domain/attempt.ts";
import type { QueueEdit } from "#shared/domain/edit.ts";
import type { AttemptId, ContentHash, CopyId, JobId, PrinterId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import type { Actor } from "#shared/domain/plate.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import type { QueueState, Reason } from "#shared/domain/queue.ts";
import type { Event } from "#shared/util/event.ts";
import type { Mastery } from "./mastery.ts";
import type { StoredQueue } from "../store/queueStore.ts";

/** A file to be queued, already found in the library. */
export interface QueueItem {
  readonly filename: string;
  readonly content: ContentHash;
  readonly copies: number;
  /** Why this printer looks like the wrong one for it; the engine finds out by itself. */
  readonly misfit?: string;
}

/** A copy on its way to another queue, with its job as it is in the old one. */
export interface TransferredCopy {
  readonly copy: Copy;
  readonly job: Job;
  /** Why the new printer looks like the wrong one for it; null = nothing speaks against it. */
  readonly misfit: string | null;
}

/** Back, or again. */
export type Way = "undo" | "redo";

/** What a client may ask of a queue. Each is atomic and durable before it is answered. */
export type QueueCommand =
  | {
      readonly kind: "post";
      readonly items: readonly QueueItem[];
      readonly at: "end" | "head";
      readonly hold: string | null;
      readonly note: string;
      /** Also arm the queue: the board's "Print". */
      readonly start: boolean;
    }
  /** Moonraker's post with `reset: true`: a three-way merge against the list the caller last received. */
  | {
      readonly kind: "replace";
      readonly base: readonly CopyId[] | null;
      readonly items: readonly QueueItem[];
    }
  | {
      readonly kind: "remove";
      readonly copies: readonly CopyId[] | "all";
      readonly strict: boolean;
    }
  | { readonly kind: "move"; readonly copies: readonly CopyId[]; readonly before: CopyId | null }
  /** Moonraker's jump: `Invalid job id: x` when unknown. */
  | { readonly kind: "jump"; readonly copy: string }
  | { readonly kind: "hold"; readonly copies: readonly CopyId[]; readonly hold: string | null }
  | { readonly kind: "note"; readonly copies: readonly CopyId[]; readonly note: string }
  /** How many copies of a job wait; more stand behind its last, surplus goes from its end. */
  | { readonly kind: "set_copies"; readonly job: JobId; readonly count: number }
  /** Overrules what speaks against printing these here. */
  | { readonly kind: "print_anyway"; readonly copies: readonly CopyId[] }
  /** The last edit of the list, back or again; `conflict` says why it cannot be. */
  | { readonly kind: Way; readonly only?: QueueEdit }
  /** One half of a move between printers, back or again; only `QueueEngine.revertTransfer` gives it. */
  | { readonly kind: "revert_transfer"; readonly way: Way; readonly move: string }
  /** The two halves of a transfer; only `QueueEngine.transfer` gives them. */
  | {
      readonly kind: "give";
      readonly copies: readonly CopyId[];
      readonly to: PrinterId;
      /** Names the move in both queues. */
      readonly move: string;
    }
  | {
      readonly kind: "receive";
      readonly copies: readonly TransferredCopy[];
      readonly before: CopyId | null;
      readonly from: PrinterId;
      readonly move: string;
    }
  /** `mayClearPlate`: from `server.job_queue.start`, which can be a word on the plate (ARCHITECTURE, Engine). */
  | { readonly kind: "start"; readonly mayClearPlate: boolean; readonly receivedAt: number }
  | { readonly kind: "pause" }
  /**
   * `printer.print.start`: the file becomes the head and starts, or nothing changes and the error
   * (`bad_request`: "SD busy", or the reason and the way out) says why.
   */
  | { readonly kind: "print_now"; readonly item: QueueItem }
  | {
      readonly kind: "set_plate";
      readonly state: "clear" | "occupied";
      readonly revision: number;
      readonly note: string;
      readonly grace: boolean;
      /** Good parts of the finished print that is cleared away, where somebody counted them. */
      readonly goodParts?: number;
    }
  | {
      readonly kind: "decide";
      readonly attempt: AttemptId;
      readonly decision: Decision;
      /** Good parts on the plate, where somebody counted them. */
      readonly goodParts?: number;
    }
  /** Waiting copies of a name take the bytes it has now; see contentAdoption. */
  | {
      readonly kind: "adopt_content";
      readonly filename: string;
      readonly from: ContentHash;
      readonly to: ContentHash;
    }
  | { readonly kind: "set_options"; readonly options: PrinterOptions }
  /** Only a line of the audit trail, for what was done to the printer outside of its queue. */
  | {
      readonly kind: "record";
      readonly event: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** What others see of a queue. Immutable; a new object for every change. */
export interface QueueSnapshot {
  readonly stored: StoredQueue;
  readonly options: PrinterOptions;
  readonly state: QueueState;
  /** Why each copy does not start now; same order as `stored.copies`. */
  readonly reasons: readonly (readonly Reason[])[];
  /** Why the next copy could not be brought over or started, until that succeeds or is asked for anew. */
  readonly trouble: string | null;
  /** Why what happens is kept in memory only, and nothing starts, until the store takes it; null = it does. */
  readonly unstored: string | null;
  /** The printer was looked at in its present session: what it does, and did meanwhile, is known. */
  readonly reconciled: boolean;
  /** Set while a print runs that we did not start. */
  readonly external: { readonly filename: string } | null;
  /** Transfer of the head to the printer, 0 to 1; null = none. */
  readonly transfer: number | null;
  /** The next file on its way, ahead of its turn; 1 = it lies there. null = none. */
  readonly ahead: {
    readonly content: ContentHash;
    readonly progress: number;
    readonly waits: string | null;
  } | null;
  /** Whether prints may be started there from here at all. */
  readonly mastery: Mastery;
  /** Commands of the g-code between two prints that this printer does not seem to have. */
  readonly unknownCommands: readonly string[];
  /** What undo would take back and redo do again, in the journal's words; null = nothing. */
  readonly undoable: string | null;
  readonly redoable: string | null;
  /** Wall milliseconds when an undo grace or transition delay ends. */
  readonly loadingUntil: number | null;
}

/** One announced change, in the order things happened. */
export interface QueueChange {
  readonly snapshot: QueueSnapshot;
  /**
   * What Moonraker's clients are told, with the list and state of the moment each happened; empty when
   * only something changed that Moonraker has no word for.
   */
  readonly wire: readonly {
    readonly action: JobQueueAction;
    readonly copies: readonly Copy[] | null;
    readonly state: QueueState;
  }[];
  /** A line for the console of the printer's clients (a start that did not count, and why). */
  readonly consoleLine: string | null;
}

/** The one object that moves one printer's queue. */
export interface QueueEngine {
  readonly snapshot: QueueSnapshot;
  readonly onDidChange: Event<QueueChange>;
  /** Contents that undo or redo could bring back; the library must not forget them. */
  readonly contentsOfEdits: ReadonlySet<ContentHash>;
  /** Takes up what was stored, listens to the link, reconciles before anything may start. */
  start(): void;
  /** From this moment nothing is set going and no start leaves, until it is let go again. The program may end. */
  holdStarts(held: boolean): void;
  /** Refuses new commands, lets the running one end, cancels transfers. Prints go on without us. */
  stop(): Promise<void>;
  /**
   * Runs a command in this queue's turn and resolves after its commit with the state it made.
   * Rejects with AppError: `bad_request`, `not_found`, `conflict` (plate revision), `storage_full`, `unavailable`.
   */
  apply(command: QueueCommand, actor: Actor): Promise<QueueSnapshot>;
  /**
   * Moves copies to another queue, before one of its copies or to its end, in one transaction: after it
   * they wait there with their ids, or nothing has changed. `conflict` for a copy that may still begin here.
   */
  transfer(
    to: QueueEngine,
    copies: readonly CopyId[],
    before: CopyId | null,
    actor: Actor,
  ): Promise<void>;
  /** What `undo` or `redo` would turn next; null = nothing. */
  nextEdit(way: Way): QueueEdit | null;
  /**
   * Takes back, or does again, a move between this queue and another one, in both or in neither. It must be
   * the next edit here; `conflict` when one of its copies has started or left since.
   */
  revertTransfer(peer: QueueEngine, way: Way, actor: Actor): Promise<void>;
  /** Sent first, recorded after; never waits for the queue or the store. */
  pausePrint(actor: Actor): Promise<void>;
  resumePrint(actor: Actor): Promise<void>;
  cancelPrint(actor: Actor): Promise<void>;
  emergencyStop(actor: Actor): Promise<void>;
}
