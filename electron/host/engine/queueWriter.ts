import type { Attempt } from "#shared/domain/attempt.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { backoffDelay } from "#shared/util/backoff.ts";
import type { JournalEntry, QueueWrite, StoredQueue } from "../store/queueStore.ts";
import type { QueueEngineDeps } from "./engineDeps.ts";
import type { Decision } from "./queueMachine.ts";

const NOTHING_KEPT = { ended: [], journal: [] };
const RETRY = { base: 1_000, cap: 30_000, jitter: 0 };

/** Why something is not stored, as its caller is told. */
export function notStored(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("unavailable", `Not stored: ${messageOf(error)}`, { cause: error });
}

/** The refusal of what comes while the program ends. */
export function stopping(): AppError {
  return new AppError("unavailable", "The program is ending: try again when it runs.");
}

/** Brings decisions into the store, and keeps what could not be stored until it can. */
export class QueueWriter {
  readonly #deps: QueueEngineDeps;
  #committed: StoredQueue;
  #latest: StoredQueue;
  readonly #journal: JournalEntry[] = [];
  readonly #ended: Attempt[] = [];
  readonly #onHeal: () => void;
  #failures = 0;
  #retryAt = 0;
  #trouble: string | null = null;

  /** `onHeal`: the store takes writes again, and what was held back meanwhile may go on. */
  constructor(deps: QueueEngineDeps, stored: StoredQueue, onHeal: () => void) {
    this.#deps = deps;
    this.#committed = stored;
    this.#latest = stored;
    this.#onHeal = onHeal;
  }

  /** Why facts are kept in memory; null = all that happened is stored. */
  get trouble(): string | null {
    return this.#trouble;
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
    if (decision.model.stored === this.#committed) return this.#heal();
    try {
      await this.#deps.store.commit([this.#writeOf(decision)]);
    } catch (error) {
      this.#failed();
      throw error;
    }
    this.#stored(decision);
  }

  /**
   * Stores decisions that each follow from the one before, with one commit. Returns how many are stored,
   * and what kept the next one from it; those behind that one are not stored either.
   */
  async writeAll(
    decisions: readonly Decision[],
  ): Promise<{ readonly stored: number; readonly error?: unknown }> {
    let before = this.#committed;
    let kept: Pick<QueueWrite, "ended" | "journal"> = {
      ended: this.#ended,
      journal: this.#journal,
    };
    const commits = decisions.map(async ({ model: { stored: after }, ended, journal }) => {
      if (after === before) return;
      const write = {
        before,
        after,
        ended: [...kept.ended, ...ended],
        journal: [...kept.journal, ...journal],
      };
      before = after;
      kept = NOTHING_KEPT;
      // A write whose `before` was not stored is refused: none can overtake one that failed.
      await this.#deps.store.commit([write]);
    });
    const outcomes = await Promise.allSettled(commits);
    const failed = outcomes.findIndex(({ status }) => status === "rejected");
    const stored = failed === -1 ? decisions.length : failed;
    const last = decisions[stored - 1];
    if (last !== undefined) this.#stored(last);
    const outcome = outcomes[stored];
    if (outcome?.status !== "rejected") return { stored };
    this.#failed();
    return { stored, error: outcome.reason };
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
    this.#heal();
  }

  #heal(): void {
    if (this.isHealthy) return;
    this.#failures = 0;
    this.#trouble = null;
    this.#onHeal();
  }

  #failed(): void {
    this.#retryAt = this.#deps.clock.monotonic() + backoffDelay(this.#failures, RETRY, 0);
    if (!this.isHealthy) this.#failures++;
  }

  /** Keeps a fact that could not be stored, and why; it goes with the next write. */
  keep(decision: Decision, why = this.#trouble): void {
    this.#failures = Math.max(1, this.#failures);
    this.#trouble = why;
    if (decision.model.stored === this.#latest) return;
    this.#latest = decision.model.stored;
    this.#journal.push(...decision.journal);
    this.#ended.push(...decision.ended);
  }
}
