import type { JobQueueAction } from "#shared/contract/jobQueue.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import type { IdSource } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";
import type { Actor } from "#shared/domain/plate.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import type { QueueState } from "#shared/domain/queue.ts";
import type { JournalEntry, StoredQueue } from "../store/queueStore.ts";
import type { QueueChange } from "./queueEngine.ts";
import type { Instant, QueueEffect, QueueModel, StartWatch, World } from "./queueModel.ts";
import { wireState } from "./wireState.ts";

export const ENGINE: Actor = { kind: "engine", name: "engine" };

/**
 * The working copy of one decision: it starts as the model, collects changes, effects, journal and
 * announcements, and is thrown away as a whole when the decision is refused. It never leaves the machine.
 */
export class Turn {
  readonly now: Instant;
  readonly ids: IdSource;
  readonly actor: Actor;
  readonly before: QueueModel;
  stored: StoredQueue;
  options: PrinterOptions;
  world: World;
  consoleLine: string | null = null;
  readonly effects: QueueEffect[] = [];
  readonly journal: JournalEntry[] = [];
  readonly ended: Attempt[] = [];
  readonly wire: QueueChange["wire"][number][] = [];
  #announced: QueueState;

  constructor(model: QueueModel, now: Instant, ids: IdSource, actor: Actor = ENGINE) {
    this.before = model;
    this.stored = model.stored;
    this.options = model.options;
    this.world = model.world;
    this.now = now;
    this.ids = ids;
    this.actor = actor;
    this.#announced = wireState(model);
  }

  get model(): QueueModel {
    return { stored: this.stored, options: this.options, world: this.world };
  }

  store(change: Partial<StoredQueue>): void {
    this.stored = { ...this.stored, ...change };
  }

  know(change: Partial<World>): void {
    this.world = { ...this.world, ...change };
  }

  /** Changes what is known of the open attempt's start; nothing when there is none. */
  watch(change: Partial<StartWatch>): void {
    const { watch } = this.world;
    if (watch !== null) this.know({ watch: { ...watch, ...change } });
  }

  setAttempt(change: Partial<Attempt>): void {
    const { attempt } = this.stored;
    if (attempt !== null) this.store({ attempt: { ...attempt, ...change } });
  }

  effect(effect: QueueEffect): void {
    this.effects.push(effect);
  }

  record(kind: string, data: Readonly<Record<string, unknown>> = {}, actor = this.actor): void {
    this.journal.push({ at: this.now.wall, actor, kind, data });
  }

  /** Tells of a changed list, with the state as it was last told: Moonraker reports a change of state after it. */
  announceList(action: "jobs_added" | "jobs_removed"): void {
    this.#push(action, this.stored.copies, this.#announced);
  }

  /** Tells of a loaded copy, with the state that follows from it. */
  announceLoaded(): void {
    this.#announced = wireState(this.model);
    this.#push("job_loaded", this.stored.copies, this.#announced);
  }

  /** Tells of a change of state, if there is one. */
  announceState(): void {
    const state = wireState(this.model);
    if (state === this.#announced) return;
    this.#announced = state;
    this.#push("state_changed", null, state);
  }

  #push(action: JobQueueAction, copies: readonly Copy[] | null, state: QueueState): void {
    this.wire.push({ action, copies, state });
  }
}
