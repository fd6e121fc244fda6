import type { Attempt } from "#shared/domain/attempt.ts";
import { AttemptId, ContentHash, CopyId, JobId, PrinterId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import type {
  JournalEntry,
  QueueWrite,
  StoredQueue,
} from "../../electron/host/store/queueStore.ts";

/** Records for tests of the stores: everything valid, told apart by a small number. */
export const voron = PrinterId.parse("voron");
export const prusa = PrinterId.parse("prusa");

const hexId = (kind: string, n: number): string =>
  kind +
  n
    .toString(16)
    .toUpperCase()
    .padStart(16 - kind.length, "0");

export const contentOf = (n: number): ContentHash =>
  ContentHash.parse(n.toString(16).padStart(64, "0"));

export const jobId = (n: number): JobId => JobId.parse(hexId("0A", n));
export const copyId = (n: number): CopyId => CopyId.parse(hexId("0B", n));
export const attemptId = (n: number): AttemptId => AttemptId.parse(hexId("0C", n));

export function aJob(n: number, change: Partial<Job> = {}): Job {
  return {
    id: jobId(n),
    printerId: voron,
    filename: `part ${n}.gcode`,
    contentHash: contentOf(n),
    wanted: 1,
    done: 0,
    hold: null,
    note: "",
    createdAt: 1_000 + n,
    by: "Mainsail",
    ...change,
  };
}

export function aCopy(n: number, change: Partial<Copy> = {}): Copy {
  return {
    id: copyId(n),
    jobId: jobId(n),
    printerId: voron,
    filename: `part ${n}.gcode`,
    contentHash: contentOf(n),
    order: n,
    addedAt: 1_000 + n,
    ...change,
  };
}

export function anAttempt(n: number, change: Partial<Attempt> = {}): Attempt {
  return {
    id: attemptId(n),
    copyId: copyId(n),
    jobId: jobId(n),
    printerId: voron,
    filename: `part ${n}.gcode`,
    contentHash: contentOf(n),
    state: "planned",
    copyAddedAt: 1_000 + n,
    createdAt: 2_000 + n,
    staged: { path: `nextplate/0000000${n % 10}/part.gcode`, size: 10, modified: 1.25 },
    baseline: null,
    startSentAt: null,
    startedAt: null,
    endedAt: null,
    historyJobId: null,
    evidence: [{ at: 2_000, text: "saw it" }],
    message: null,
    decision: null,
    ...change,
  };
}

/** An attempt that printed from `startedAt` to `endedAt`, wall milliseconds. */
export function anEndedAttempt(
  n: number,
  state: "finished" | "cancelled" | "failed" | "interrupted" | "unknown",
  endedAt: number,
  change: Partial<Attempt> = {},
): Attempt {
  return anAttempt(n, { state, startedAt: endedAt - 60_000, endedAt, ...change });
}

export function entry(kind: string, data: JournalEntry["data"] = {}): JournalEntry {
  return { at: 5_000, actor: { kind: "board", name: "test" }, kind, data };
}

/** A write from one state of a queue to the next, with the revision it needs. */
export function writeOf(
  before: StoredQueue,
  change: Partial<StoredQueue>,
  rest: Partial<Pick<QueueWrite, "ended" | "journal">> = {},
): QueueWrite {
  const after = { ...before, ...change, revision: before.revision + 1 };
  return { before, after, ended: rest.ended ?? [], journal: rest.journal ?? [] };
}
