import type { KlippyState } from "#shared/contract/server.ts";
import type { Attempt, Expected, StagedFile } from "#shared/domain/attempt.ts";
import type { AttemptId, ContentHash, CopyId } from "#shared/domain/ids.ts";
import type { Actor } from "#shared/domain/plate.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import type { HistoryEntry, LinkState, PrinterSession } from "../link/printerLink.ts";
import type { StoredQueue } from "../store/queueStore.ts";
import type { Instant } from "./instant.ts";
import { type Mastery, UNKNOWN_MASTERY } from "./mastery.ts";
import { type EditHistory, NO_EDITS } from "./edits.ts";
import type { PrintFacts } from "./printFacts.ts";
import type { QueueCommand } from "./queueEngine.ts";

export type { Instant };

/** Why the next load waits though everything else allows it. */
export interface LoadDelay {
  readonly code: "undo_grace" | "delay";
  readonly until: Instant;
}

/** The g-code between two prints while it runs, and a moment longer while its evidence may still come. */
export interface Clearing {
  readonly klippyProcess: string;
  /** Monotonic. */
  readonly since: number;
  /** The first line that told of a failure. */
  readonly failure: string | null;
  /** The line named as evidence has come. */
  readonly lineSeen: boolean;
  /** Monotonic; when its request was answered without an error. */
  readonly endedAt: number | null;
  /** How often the field named as evidence was asked for, and whether it had its value. */
  readonly fieldAsked: number;
  readonly fieldSeen: boolean | null;
}

/** What became of switching the printer's power on. */
export interface PowerSwitch {
  readonly state: "asked" | "on" | "failed";
  readonly message: string;
  /** Monotonic. */
  readonly at: number;
}

/** How the start of the open attempt goes, as far as this process has seen it. */
export interface StartWatch {
  readonly attempt: AttemptId;
  /** File check and history are being asked for, just before the intent. */
  readonly preparing: boolean;
  /** Connection the start left on; null = an earlier process sent it, or nobody yet. */
  readonly sentEpoch: number | null;
  /** When we sent it, or when we took the attempt up again. */
  readonly since: Instant;
  readonly answer:
    | { readonly kind: "ok" | "lost" }
    | { readonly kind: "refused"; readonly message: string }
    | null;
  readonly answeredAt: number | null;
  /** The printer said that it selected our file, after our send. */
  readonly selected: boolean;
  /** The printer said that it has read a file to its end, after selecting ours. */
  readonly readToEnd: boolean;
  /** Revision of the plate that the intent made: whoever changed it since keeps us from giving it back. */
  readonly plateRevision: number;
  /** Another file was begun since: whatever clears itself after ours, the plate is not clear. */
  readonly stranger: boolean;
  /** print_stats has moved since the baseline in a way only our start explains. */
  readonly moved: boolean;
  readonly barrier: "none" | "asked" | "passed";
  /** Monotonic; when the barrier passed. */
  readonly barrierAt: number | null;
  /** History was read after the barrier had passed. */
  readonly historyRead: boolean;
  /** Monotonic; when the file had been read to its end. */
  readonly finishingSince: number | null;
  /** Monotonic; since when the printer no longer shows our print and history has no word on its end. */
  readonly lostSince: number | null;
  /** An M400 is on its way, because the printer does not say whether its toolhead rests. */
  readonly rest: "none" | "asked" | "passed";
}

/** What is known only while this process runs. Values of an earlier session are dropped. */
export interface World {
  readonly mastery: Mastery;
  readonly linkUp: boolean;
  readonly klippy: KlippyState | "unknown";
  readonly klippyMessage: string;
  readonly session: PrinterSession | null;
  readonly print: PrintFacts | null;
  /** Newest first; null = not read in this session. */
  readonly history: readonly HistoryEntry[] | null;
  /** Monotonic; null = not being read. */
  readonly historyAskedAt: number | null;
  readonly reconciled: boolean;
  readonly external: { readonly filename: string } | null;
  /** The path of the last "File opened" line. */
  readonly openedFile: string | null;
  /** Monotonic; motion last seen that neither our print nor our g-code explains. */
  readonly foreignMotionAt: number | null;
  /** The motion going on is that of our own print, which may just have ended. */
  readonly ownMotion: boolean;
  readonly delay: LoadDelay | null;
  /** Seconds of Undo that an earlier process may not have let run; null = none, or given by now. */
  readonly owedGrace: number | null;
  /** Monotonic; since when the plate's present word can have been seen by others. */
  readonly plateSince: number;
  /** What undo and redo go back to; read from the journal at the start. */
  readonly edits: EditHistory;
  /** Null until power was wanted; forgotten when Klipper is ready and when a person starts the queue. */
  readonly power: PowerSwitch | null;
  /** Names Klipper has help for, upper case; null = not known. */
  readonly commands: readonly string[] | null;
  /** The file brought over while the printer is off. */
  readonly ahead: {
    readonly content: ContentHash;
    readonly state: "running" | "there" | "failed";
    /** 0 to 1 of the transfer. */
    readonly progress: number;
    /** Why it waits; null = it does not. */
    readonly waits: string | null;
  } | null;
  /** The g-code that clears the plate or runs between two prints, while it runs. */
  readonly clearing: Clearing | null;
  /** It has run for the next load. */
  readonly cleared: boolean;
  /** The next load was asked for by `start`: Moonraker runs neither delay nor g-code before it. */
  readonly skipTransition: boolean;
  /** A copy that may start although the queue is not armed (`printer.print.start`). */
  readonly oneShot: CopyId | null;
  /** Failed tries at the present head. */
  readonly tries: {
    readonly copy: CopyId;
    readonly count: number;
    readonly message: string;
    readonly retryAt: number;
  } | null;
  readonly watch: StartWatch | null;
  readonly transfer: number | null;
  /** Why the transfer waits; null = it does not, or there is none. */
  readonly transferWaits: string | null;
  /** The last attempt of ours that ended; its history entry may arrive after its end. */
  readonly lastEnded: Attempt | null;
  /** Copies that left the queue lately, for `reset: true`; newest last. */
  readonly departed: readonly {
    readonly id: CopyId;
    readonly filename: string;
    /** Monotonic. */
    readonly at: number;
    readonly loaded: boolean;
  }[];
}

export const EMPTY_WORLD: World = {
  mastery: UNKNOWN_MASTERY,
  linkUp: false,
  klippy: "unknown",
  klippyMessage: "",
  session: null,
  print: null,
  history: null,
  historyAskedAt: null,
  reconciled: false,
  external: null,
  openedFile: null,
  foreignMotionAt: null,
  ownMotion: false,
  delay: null,
  owedGrace: null,
  ahead: null,
  plateSince: 0,
  edits: NO_EDITS,
  power: null,
  commands: null,
  clearing: null,
  cleared: false,
  skipTransition: false,
  oneShot: null,
  tries: null,
  watch: null,
  transfer: null,
  transferWaits: null,
  lastEnded: null,
  departed: [],
};

/** Everything the machine decides from. Immutable. */
export interface QueueModel {
  readonly stored: StoredQueue;
  readonly options: PrinterOptions;
  readonly world: World;
}

export type QueueInput =
  | { readonly kind: "command"; readonly command: QueueCommand; readonly actor: Actor }
  | { readonly kind: "link"; readonly state: LinkState; readonly print: PrintFacts | null }
  | { readonly kind: "status"; readonly epoch: number; readonly print: PrintFacts }
  | { readonly kind: "gcode"; readonly epoch: number; readonly line: string }
  | { readonly kind: "history_entry"; readonly entry: HistoryEntry }
  | {
      readonly kind: "history_read";
      readonly epoch: number;
      /** null = it could not be read. */
      readonly entries: readonly HistoryEntry[] | null;
    }
  | {
      readonly kind: "transfer_progress";
      readonly attempt: AttemptId;
      readonly fraction: number;
    }
  | {
      readonly kind: "staged";
      readonly attempt: AttemptId;
      readonly file: StagedFile;
      /** null = not known by then. */
      readonly expected: Expected | null;
    }
  | {
      readonly kind: "staging_failed";
      readonly attempt: AttemptId;
      readonly message: string;
      readonly retryable: boolean;
    }
  /** Found just before its transfer: this is the wrong printer for the file. */
  | { readonly kind: "misfit"; readonly attempt: AttemptId; readonly message: string }
  | {
      readonly kind: "prepared";
      readonly attempt: AttemptId;
      readonly epoch: number;
      readonly file: "same" | "changed" | "unknown";
      readonly history: readonly HistoryEntry[] | null;
      /** The right to start was read anew and is ours. */
      readonly isMaster: boolean;
    }
  | { readonly kind: "start_sent"; readonly attempt: AttemptId; readonly epoch: number }
  | { readonly kind: "start_withheld"; readonly attempt: AttemptId; readonly reason: string }
  | {
      readonly kind: "start_answered";
      readonly attempt: AttemptId;
      readonly answer: NonNullable<StartWatch["answer"]>;
    }
  | {
      readonly kind: "barrier";
      readonly attempt: AttemptId;
      readonly epoch: number;
      readonly passed: boolean;
    }
  | { readonly kind: "rested"; readonly attempt: AttemptId; readonly passed: boolean }
  | { readonly kind: "field_read"; readonly matches: boolean }
  | {
      readonly kind: "power_answered";
      readonly outcome: "switched_on" | "was_on" | "failed";
      readonly message: string;
    }
  | {
      readonly kind: "commands_read";
      readonly epoch: number;
      readonly names: readonly string[] | null;
    }
  | {
      readonly kind: "ahead_moved";
      readonly content: ContentHash;
      readonly progress: number;
      readonly waits: string | null;
    }
  /** The transfer of the open attempt's file gives way to a print on its machine, or goes on. */
  | { readonly kind: "transfer_waits"; readonly attempt: AttemptId; readonly why: string | null }
  | {
      readonly kind: "ahead_ended";
      readonly content: ContentHash;
      readonly isThere: boolean;
    }
  | { readonly kind: "clearing_ended"; readonly failure: string | null }
  | { readonly kind: "mastery"; readonly mastery: Mastery }
  /** A new process takes up what an earlier one left. */
  | { readonly kind: "take_up"; readonly edits: EditHistory }
  | {
      readonly kind: "safety";
      readonly action: "pause_print" | "cancel_print" | "emergency_stop" | "resume_print";
      readonly actor: Actor;
      readonly failure: string | null;
    }
  /** This computer slept, or its clock was set forward: what was last seen may be long past. */
  | { readonly kind: "resumed" }
  | { readonly kind: "tick" };

/** What the shell must do once the decision is durable. Each answers with an input. */
export type QueueEffect =
  | {
      readonly kind: "stage";
      readonly attempt: AttemptId;
      readonly content: ContentHash;
      readonly filename: string;
      /** A person has overruled what speaks against this printer. */
      readonly anyway: boolean;
    }
  | { readonly kind: "cancel_staging"; readonly attempt: AttemptId }
  /** Brings over a file that no attempt asks for yet; there is one such transfer at most. */
  | {
      readonly kind: "stage_ahead";
      readonly content: ContentHash;
      readonly filename: string;
      readonly reason: "ahead" | "ahead_when_idle";
    }
  | { readonly kind: "cancel_ahead" }
  | { readonly kind: "power_on"; readonly device: string }
  | {
      readonly kind: "read_field";
      readonly object: string;
      readonly field: string;
      readonly value: string | number | boolean;
    }
  | { readonly kind: "read_commands"; readonly epoch: number }
  | {
      readonly kind: "prepare";
      readonly attempt: AttemptId;
      readonly epoch: number;
      readonly file: StagedFile;
    }
  | {
      readonly kind: "start";
      readonly attempt: AttemptId;
      readonly epoch: number;
      readonly path: string;
    }
  | { readonly kind: "read_history"; readonly epoch: number }
  | { readonly kind: "barrier"; readonly attempt: AttemptId; readonly epoch: number }
  | { readonly kind: "wait_for_rest"; readonly attempt: AttemptId }
  | { readonly kind: "run_gcode"; readonly epoch: number; readonly script: string };

/** Milliseconds. */
export const TIMES = {
  /** After an acknowledgement, how long evidence may take before a barrier is sent. */
  evidence: 1_000,
  /** How long the acknowledgement itself may take before the barrier goes out behind it. */
  acknowledgement: 5_000,
  /** After a barrier: Klipper reports on a 250 ms tick, Moonraker's history follows it. */
  settle: 600,
  /** With an unbroken connection, when a start that proves nothing is put to a person. */
  startDeadline: 600_000,
  /** How often history is read while a print shows no sign of itself. */
  historyRetry: 2_000,
  /** When a print of ours that shows no sign of itself is put to a person. */
  lostPrint: 30_000,
  /** At the end of a print whose history entry is not known yet, how long it may take to come. */
  lateHistory: 600,
  /** When the toolhead's rest is asked for with M400 instead of being read. */
  restFallback: 3_000,
  /** Motion that is not ours keeps starts away this long: hands may be inside. */
  foreignMotion: 10_000,
  /** A finished print waits at least one status tick, so that what is read is not from before its end. */
  tick: 300,
  /** After a clearing g-code has ended, how long the field named as its evidence may take to change. */
  clearEvidence: 2_000,
  /** After its power was switched on, when Klipper should be there. */
  powerUp: 180_000,
  /** How long a plate's state must have been announced before `start` can be a word on it. */
  plateAnnounced: 2_000,
  /** How long a loaded copy counts as part of the list a caller without a session last saw. */
  departed: 5_000,
} as const;

/** Tries at one copy before the queue stops and asks. */
export const MAX_TRIES = 3;
