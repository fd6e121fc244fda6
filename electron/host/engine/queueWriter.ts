import type { Attempt } from "#shared/domain/attempt.ts";
import { backoffDelay } from "#shared/util/backoff.ts";
import type { JournalEntry, QueueWrite, StoredQueue } from "../store/queueStore.ts";
import type { QueueEngineDeps } from "./engineDeps.ts";
import type { Decision } from "./queueMachine.ts";

const RETRY = { base: 1_000, cap: 30_000, jitter: 0 };

/** Brings decisions into the store, and keeps what could not be stored until it can. */
export class QueueWriter {
  readonly #deps: QueueEngineDeps;
  #committed: StoredQueue;
  #latest: StoredQueue;
  readonly #journal: JournalEntry[] = [];
  readonly #ended: Attempt[] = [];
  #failures = 0;
  #retryAt = 0;

  constructor(deps: QueueEngineDeps, stored: StoredQueue) {
    this.#deps = deps;
    this.#committed = stored;
    this.#latest = stored;
  }

  /** False from a failed commit of a fact to the next commit that succeeds: no intents meanwhile. */
  get isHealthy(): boolean {
    return this.#failures === 0;
  }

  /** Whether the store should be tried with a fact now. */
  isDue(mono: number): boolean {
    return this.isHealthy || mono >= this.#retryAt;
  }

  retryIn(mono: number): number | null {
    return this.isHealthy ? null : Math.max(1, this.#retryAt - mono);
  }

  /** Stores the decision with everything kept before it; rejects with nothing of it stored. */
  async write(decision: Decision): Promise<void> {
    const after = decision.model.stored;
    if (after === this.#committed) {
      this.#failures = 0;
      return;
    }
    try {
      await this.#deps.store.commit([this.#writeOf(decision)]);
    } catch (error) {
      this.#failed();
      throw error;
    }
    this.#stored(decision);
  }

  /** Stores a decision of this queue and one of another together, all or nothing. */
  async writeWith(decision: Decision, other: QueueWriter, others: Decision): Promise<void> {
    try {
      await this.#deps.store.commit([this.#writeOf(decision), other.#writeOf(others)]);
    } catch (error) {
      this.#failed();
      other.#failed();
      throw error;
    }
    this.#stored(decision);
    other.#stored(others);
  }

  /** The decision with everything kept before it. */
  #writeOf(decision: Decision): QueueWrite {
    return {
      before: this.#committed,
      after: decision.model.stored,
      ended: [...this.#ended, ...decision.ended],
      journal: [...this.#journal, ...decision.journal],
    };
  }

  #stored(decision: Decision): void {
    this.#committed = decision.model.stored;
    this.#latest = decision.model.stored;
    this.#journal.length = 0;
    this.#ended.length = 0;
    this.#failures = 0;
  }

  #failed(): void {
    this.#retryAt = this.#deps.clock.monotonic() + backoffDelay(this.#failures, RETRY, 0);
    if (!this.isHealthy) this.#failures++;
  }

  /** Keeps a fact that could not be stored; it goes with the next write. */
  keep(decision: Decision): void {
    this.#failures = Math.max(1, this.#failures);
    if (decision.model.stored === this.#latest) return;
    this.#latest = decision.model.stored;
    this.#journal.push(...decision.journal);
    this.#ended.push(...decision.ended);
  }
}
