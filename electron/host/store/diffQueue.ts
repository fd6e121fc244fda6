import type { Attempt } from "#shared/domain/attempt.ts";
import type { AttemptId, CopyId, JobId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import { withoutSame } from "#shared/util/withoutSame.ts";
import type { QueueWrite, StoredQueue } from "./queueStore.ts";

/** Where an attempt stands: under way, waiting for a person's word, or history only. */
type AttemptRole = "open" | "undecided" | "history";

export interface PlacedAttempt {
  readonly attempt: Attempt;
  readonly role: AttemptRole;
  /** Index among the undecided; 0 otherwise. */
  readonly place: number;
}

/** The rows a write changes. */
export interface QueueDiff {
  readonly jobs: { readonly put: readonly Job[]; readonly remove: readonly JobId[] };
  readonly copies: { readonly put: readonly Copy[]; readonly remove: readonly CopyId[] };
  readonly attempts: {
    readonly put: readonly PlacedAttempt[];
    /** Left the queue without a last form: they stay as they were stored, as history. */
    readonly release: readonly AttemptId[];
  };
}

/**
 * What must be written to get from `before` to `after`. Records are immutable, so one that is the same
 * object has not changed: a queue of a thousand copies costs as many rows as were touched.
 */
export function diffQueue({ before, after, ended }: QueueWrite): QueueDiff {
  return {
    jobs:
      before.jobs === after.jobs
        ? { put: [], remove: [] }
        : diffRecords([...before.jobs.values()], [...after.jobs.values()]),
    copies: diffRecords(before.copies, after.copies),
    attempts: diffAttempts(before, after, ended),
  };
}

function diffRecords<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
): { put: T[]; remove: T["id"][] } {
  if (before === after) return { put: [], remove: [] };
  const touched = withoutSame(before, after);
  const old = new Map<string, T>(touched.before.map((record) => [record.id, record]));
  const put = touched.after.filter((record) => old.get(record.id) !== record);
  for (const { id } of touched.after) old.delete(id);
  return { put, remove: [...old.values()].map(({ id }) => id) };
}

function diffAttempts(
  before: StoredQueue,
  after: StoredQueue,
  ended: readonly Attempt[],
): QueueDiff["attempts"] {
  const old = placedAttempts(before);
  const present = placedAttempts(after);
  const put: PlacedAttempt[] = [];
  const closed = new Set<AttemptId>();
  for (const attempt of ended) {
    if (present.has(attempt.id)) continue;
    closed.add(attempt.id);
    put.push({ attempt, role: "history", place: 0 });
  }
  for (const [id, placed] of present) {
    const was = old.get(id);
    const same =
      was?.attempt === placed.attempt && was.role === placed.role && was.place === placed.place;
    if (!same) put.push(placed);
  }
  const release = [...old.keys()].filter((id) => !present.has(id) && !closed.has(id));
  return { put, release };
}

function placedAttempts(queue: StoredQueue): ReadonlyMap<AttemptId, PlacedAttempt> {
  const placed = new Map<AttemptId, PlacedAttempt>();
  queue.undecided.forEach((attempt, place) => {
    placed.set(attempt.id, { attempt, role: "undecided", place });
  });
  if (queue.attempt !== null) {
    placed.set(queue.attempt.id, { attempt: queue.attempt, role: "open", place: 0 });
  }
  return placed;
}
