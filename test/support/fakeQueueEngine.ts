import { EMPTY_MEMORY } from "#shared/domain/queue.ts";
import { createIdSource, type PrinterId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";
import { DEFAULT_PRINTER_OPTIONS } from "#shared/domain/printer.ts";
import type { JobQueueAction } from "#shared/contract/jobQueue.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { Emitter } from "#shared/util/event.ts";
import type {
  QueueChange,
  QueueCommand,
  QueueEngine,
  QueueItem,
  QueueSnapshot,
} from "../../electron/host/engine/queueEngine.ts";

/**
 * A queue in memory that moves no printer: enough for tests of the server alone, which look at what reaches
 * the engine and what of its changes reaches clients.
 */
export class FakeQueueEngine implements QueueEngine {
  /** Everything asked, in order; safety calls by their name. */
  readonly commands: (QueueCommand | { kind: "safety"; call: string })[] = [];
  /** Commands wait for it. */
  held: Promise<void> = Promise.resolve();
  /** The next command rejects with it. */
  refuse: AppError | null = null;
  readonly #emitter = new Emitter<QueueChange>();
  readonly onDidChange = this.#emitter.event;
  readonly #ids = createIdSource(() => Date.now());
  readonly contentsOfEdits = new Set<never>();
  snapshot: QueueSnapshot;

  constructor(printer: PrinterId) {
    this.snapshot = {
      stored: {
        printer,
        revision: 1,
        armed: false,
        pauseRequested: false,
        jobs: new Map(),
        copies: [],
        attempt: null,
        undecided: [],
        plate: {
          state: "unknown",
          revision: 0,
          at: 0,
          by: { kind: "engine", name: "test" },
          reason: "nobody said",
        },
        lastSeen: null,
        memory: EMPTY_MEMORY,
      },
      options: DEFAULT_PRINTER_OPTIONS,
      state: "paused",
      reasons: [],
      trouble: null,
      unstored: null,
      reconciled: true,
      external: null,
      transfer: null,
      ahead: null,
      unknownCommands: [],
      undoable: null,
      redoable: null,
      mastery: { lease: { kind: "held" }, question: null },
      loadingUntil: null,
    };
  }

  start(): void {}
  holdStarts(): void {}
  stop(): Promise<void> {
    return Promise.resolve();
  }

  async apply(command: QueueCommand): Promise<QueueSnapshot> {
    await this.held;
    this.commands.push(command);
    const { refuse } = this;
    this.refuse = null;
    if (refuse !== null) throw refuse;
    const { copies } = this.snapshot.stored;
    switch (command.kind) {
      case "post":
        return this.#put(
          [...copies, ...command.items.flatMap((item) => this.#copies(item))],
          "jobs_added",
        );
      case "replace":
        return this.#put(
          command.items.flatMap((item) => this.#copies(item)),
          "jobs_added",
        );
      case "remove": {
        const removed = command.copies;
        return this.#put(
          removed === "all" ? [] : copies.filter((copy) => !removed.includes(copy.id)),
          "jobs_removed",
        );
      }
      case "jump": {
        const copy = copies.find(({ id }) => id === command.copy);
        if (copy === undefined)
          throw new AppError("bad_request", `Invalid job id: ${command.copy}`);
        return this.#put([copy, ...copies.filter((other) => other !== copy)], "jobs_added");
      }
      case "move":
      case "hold":
      case "start":
      case "pause":
      case "print_now":
      case "set_plate":
      case "decide":
      case "set_options":
      case "adopt_content":
      case "record":
      case "note":
      case "set_copies":
      case "print_anyway":
      case "undo":
      case "redo":
      case "revert_transfer":
      case "give":
      case "receive":
        return this.snapshot;
    }
  }

  transfer(): Promise<void> {
    return Promise.resolve();
  }

  nextEdit(): null {
    return null;
  }

  revertTransfer(): Promise<void> {
    return Promise.resolve();
  }

  pausePrint(): Promise<void> {
    return this.#safety("pause");
  }
  resumePrint(): Promise<void> {
    return this.#safety("resume");
  }
  cancelPrint(): Promise<void> {
    return this.#safety("cancel");
  }
  emergencyStop(): Promise<void> {
    return this.#safety("emergency_stop");
  }

  /** Makes something else of the snapshot and announces it. */
  change(part: Partial<QueueSnapshot>, consoleLine: string | null = null): void {
    this.snapshot = { ...this.snapshot, ...part };
    this.#emitter.fire({ snapshot: this.snapshot, wire: [], consoleLine });
  }

  #put(copies: readonly Copy[], action: JobQueueAction): QueueSnapshot {
    const { stored } = this.snapshot;
    this.snapshot = {
      ...this.snapshot,
      stored: { ...stored, copies, revision: stored.revision + 1 },
      reasons: copies.map(() => []),
    };
    const { snapshot } = this;
    const wire = [{ action, copies, state: snapshot.state }];
    this.#emitter.fire({ snapshot, wire, consoleLine: null });
    return snapshot;
  }

  #copies({ filename, content, copies }: QueueItem): Copy[] {
    return Array.from({ length: copies }, () => ({
      id: this.#ids.copy(),
      jobId: this.#ids.job(),
      printerId: this.snapshot.stored.printer,
      filename,
      contentHash: content,
      order: 0,
      addedAt: Date.now(),
    }));
  }

  #safety(call: string): Promise<void> {
    this.commands.push({ kind: "safety", call });
    return Promise.resolve();
  }
}
