import type { Expected } from "#shared/domain/attempt.ts";
import type { ContentHash, IdSource, PrinterId } from "#shared/domain/ids.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Stager } from "../library/stager.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import type { QueueStore, StoredQueue } from "../store/queueStore.ts";
import type { Checkpoint } from "./checkpoints.ts";
import type { PrinterMaster } from "./printerMaster.ts";

/** Why this printer looks like the wrong one for a file; null = nothing known speaks against it. */
export interface MachineCheck {
  /** From what is known now, at queueing. */
  now(content: ContentHash): string | null;
  /** When the file has been parsed and the printer has said what it is, before a transfer. Never rejects. */
  whenKnown(content: ContentHash): Promise<string | null>;
}

/** What an engine is made of. */
export interface QueueEngineDeps {
  readonly printer: PrinterId;
  readonly options: PrinterOptions;
  readonly store: QueueStore;
  /** The queue as the store has it, where the caller has just read it; else it is read. */
  readonly stored?: StoredQueue;
  readonly link: PrinterLink;
  readonly stager: Stager;
  /** Whether this host may start prints there at all. */
  readonly master: Pick<PrinterMaster, "mastery" | "onDidChange" | "confirm" | "mayStart">;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly machineCheck?: MachineCheck;
  /** What the slicer expected of a content; null while it has not been parsed. */
  readonly expected?: (content: ContentHash) => Expected | null;
  /** Called at each boundary between persisting, acting and announcing; for tests that kill there. */
  readonly checkpoint?: Checkpoint;
  /** Told of a listener of `onDidChange` that threw; the log by default. */
  readonly onListenerError?: (error: unknown) => void;
}
