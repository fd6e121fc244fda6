import { createHash } from "node:crypto";
import type { Expected } from "#shared/domain/attempt.ts";
import {
  ContentHash,
  createIdSource,
  type CopyId,
  type IdSource,
  PrinterId,
} from "#shared/domain/ids.ts";
import type { Actor } from "#shared/domain/plate.ts";
import { DEFAULT_PRINTER_OPTIONS, type PrinterOptions } from "#shared/domain/printer.ts";
import { drop } from "#shared/util/drop.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import type { CheckpointName } from "../../electron/host/engine/checkpoints.ts";
import type {
  QueueChange,
  QueueCommand,
  QueueEngine,
  QueueItem,
  QueueSnapshot,
} from "../../electron/host/engine/queueEngine.ts";
import { createQueueEngine } from "../../electron/host/engine/queueEngineShell.ts";
import { FakeLink } from "./fakeLink.ts";
import { FakeQueueStore } from "./fakeQueueStore.ts";
import { FakeStager } from "./fakeStager.ts";
import { ManualClock } from "./manualClock.ts";
import { SoleMaster } from "./soleMaster.ts";

export const PRINTER = PrinterId.parse("p1");
export const BOARD: Actor = { kind: "board", name: "test" };

/** A content hash from a name, the same for the same name. */
export function contentOf(name: string): ContentHash {
  return ContentHash.parse(createHash("sha256").update(name).digest("hex"));
}

export function item(filename: string, copies = 1): QueueItem {
  return { filename, content: contentOf(filename), copies };
}

/** One engine with a printer, a store and a stager in memory; engines can be thrown away and made anew. */
export class EngineHarness {
  readonly clock: ManualClock;
  readonly store: FakeQueueStore;
  readonly link: FakeLink;
  readonly printer: PrinterId;
  idSource: IdSource;
  readonly stager = new FakeStager();
  readonly master = new SoleMaster();
  readonly errors: unknown[] = [];
  /** Every change since the engine (or the log) was made. */
  readonly changes: QueueChange[] = [];
  /** Why this printer is the wrong one for a content. */
  readonly misfits = new Map<ContentHash, string>();
  /** The same, found only when the file has been parsed. */
  readonly misfitsLater = new Map<ContentHash, string>();
  /** What the slicer expected of every content; null = not parsed. */
  expected: Expected | null = null;
  onCheckpoint: (name: CheckpointName) => void = () => {};
  /** Whether `killAt` has struck since the last restart. */
  killed = false;
  restarts = 0;
  options: PrinterOptions;
  engine: QueueEngine;

  /** With a `neighbour` this is another printer of the same host. */
  constructor(options: Partial<PrinterOptions> = {}, neighbour?: EngineHarness) {
    this.clock = neighbour?.clock ?? new ManualClock();
    this.store = neighbour?.store ?? new FakeQueueStore();
    this.printer = neighbour === undefined ? PRINTER : PrinterId.parse("p2");
    this.idSource = neighbour?.idSource ?? createIdSource(() => this.clock.now());
    this.link = new FakeLink(this.clock);
    this.options = { ...DEFAULT_PRINTER_OPTIONS, ...options };
    this.link.clearsItself = this.options.platePolicy === "self_clearing";
    this.engine = this.#create();
  }

  get snapshot(): QueueSnapshot {
    return this.engine.snapshot;
  }

  /** File names waiting, in order. */
  get names(): readonly string[] {
    return this.snapshot.stored.copies.map((copy) => copy.filename);
  }

  get ids(): readonly CopyId[] {
    return this.snapshot.stored.copies.map((copy) => copy.id);
  }

  /** What Moonraker's clients were told, one line each. */
  get wire(): readonly string[] {
    return this.changes
      .flatMap((change) => change.wire)
      .map(({ action, state, copies }) => {
        const list = copies === null ? "" : ` [${copies.map((copy) => copy.filename).join(" ")}]`;
        return `${action} ${state}${list}`;
      });
  }

  /** Starts the engine; with `connected` the printer is there, idle, and its plate said to be clear. */
  async start(connected = true): Promise<this> {
    this.engine.start();
    if (connected) {
      this.link.connect();
      await this.settle();
      await this.clearPlate();
      this.changes.length = 0;
    }
    return this;
  }

  async apply(command: QueueCommand): Promise<QueueSnapshot> {
    const answer = await this.engine.apply(command, BOARD);
    await this.settle();
    return answer;
  }

  post(...names: readonly string[]): Promise<QueueSnapshot> {
    return this.apply({
      kind: "post",
      items: names.map((name) => item(name)),
      at: "end",
      hold: null,
      note: "",
      start: false,
    });
  }

  startQueue(mayClearPlate = false): Promise<QueueSnapshot> {
    return this.apply({ kind: "start", mayClearPlate, receivedAt: this.clock.now() });
  }

  clearPlate(grace = false): Promise<QueueSnapshot> {
    this.link.partsOnPlate = 0;
    const { revision } = this.snapshot.stored.plate;
    return this.apply({ kind: "set_plate", state: "clear", revision, note: "", grace });
  }

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds);
  }

  /** The process dies: its engine hears and does nothing any more. A new one takes up its store. */
  async crash(): Promise<void> {
    this.store.hang();
    // It unsubscribes at once; what it still waits for never answers.
    drop(this.engine.stop(), (error) => this.errors.push(error));
    await this.restart();
  }

  /** The process is killed when it passes this checkpoint for the `nth` time; nothing after it happens. */
  killAt(name: CheckpointName, nth: number): void {
    let left = nth;
    this.onCheckpoint = (passed) => {
      if (passed !== name || --left > 0) return;
      this.onCheckpoint = () => {};
      this.killed = true;
      this.store.hang();
      drop(this.engine.stop(), (error) => this.errors.push(error));
      throw new Error(`killed at ${name}`);
    };
  }

  async restart(): Promise<void> {
    this.restarts++;
    this.killed = false;
    this.store.recover();
    this.idSource = createIdSource(() => this.clock.now(), this.store.highestId());
    this.engine = this.#create();
    this.engine.start();
    await this.settle();
  }

  #create(): QueueEngine {
    const engine = createQueueEngine({
      printer: this.printer,
      options: this.options,
      store: this.store,
      link: this.link,
      stager: this.stager,
      master: this.master,
      clock: this.clock,
      ids: this.idSource,
      logger: silentLogger,
      checkpoint: (name) => this.onCheckpoint(name),
      machineCheck: {
        now: (content) => this.misfits.get(content) ?? null,
        whenKnown: (content) =>
          Promise.resolve(this.misfits.get(content) ?? this.misfitsLater.get(content) ?? null),
      },
      expected: () => this.expected,
      onListenerError: (error) => this.errors.push(error),
    });
    engine.onDidChange((change) => this.changes.push(change));
    return engine;
  }
}
