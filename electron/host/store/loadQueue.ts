import * as z from "zod";
import { Attempt } from "#shared/domain/attempt.ts";
import type { JobId, PrinterId } from "#shared/domain/ids.ts";
import { Copy, Job } from "#shared/domain/job.ts";
import { Plate } from "#shared/domain/plate.ts";
import { EMPTY_MEMORY, LastSeen, QueueMemory } from "#shared/domain/queue.ts";
import { emptyQueue, unknownPlate } from "./emptyQueue.ts";
import { setAside, type StoreContext } from "./quarantine.ts";
import type { StoredQueue } from "./queueStore.ts";
import { putJob, putQueue } from "./queueRows.ts";
import { parseRecord } from "./storedRecord.ts";

const BodyRow = z.object({ id: z.string(), body: z.string() });
const AttemptRow = BodyRow.extend({ role: z.enum(["open", "undecided"]) });
const QueueRow = z.object({
  revision: z.int(),
  armed: z.int(),
  pause_requested: z.int(),
  plate: z.string(),
  last_seen: z.string().nullable(),
  memory: z.string(),
});

/**
 * Reads one printer's queue. What does not parse is set aside, and what we then no longer know is taken
 * for the safe side: the plate unknown, the queue not armed, a job without its record held.
 */
export function loadQueue(context: StoreContext, printer: PrinterId, now: number): StoredQueue {
  const head = loadHead(context, printer, now);
  const jobs = loadJobs(context, printer);
  const copies = loadCopies(context, printer);
  const attempts = loadAttempts(context, printer);
  const queue: StoredQueue = {
    ...head,
    jobs: withStandIns(context, jobs, copies, now),
    copies,
    attempt: attempts.open,
    undecided: attempts.undecided,
  };
  if (!attempts.damaged) return queue;
  // It may have been printing, or have printed: only a person can tell what lies there.
  const reason =
    "The record of a print was damaged: look at the plate, and at what was printed last.";
  const cautious: StoredQueue = {
    ...queue,
    armed: false,
    plate: unknownPlate(queue.plate.revision + 1, now, reason),
  };
  rewriteHead(context, cautious, "the queue was disarmed because an open attempt was damaged");
  return cautious;
}

function loadHead(context: StoreContext, printer: PrinterId, now: number): StoredQueue {
  const empty = emptyQueue(printer, now);
  const row = context.database.first(
    QueueRow,
    "SELECT revision, armed, pause_requested, plate, last_seen, memory FROM queues WHERE printer = ?",
    printer,
  );
  if (row === undefined) return empty;
  const plate = parseRecord(Plate, row.plate);
  const lastSeen = parseRecord(LastSeen.nullable(), row.last_seen ?? "null");
  const memory = parseRecord(QueueMemory, row.memory);
  const queue: StoredQueue = {
    ...empty,
    revision: row.revision,
    armed: row.armed === 1,
    pauseRequested: row.pause_requested === 1,
    // A plate changes at most once per commit: this revision has not been announced before.
    plate: plate.ok
      ? plate.value
      : unknownPlate(row.revision + 1, now, "What was known of the plate was damaged: look at it."),
    lastSeen: lastSeen.ok ? lastSeen.value : null,
    memory: memory.ok ? memory.value : EMPTY_MEMORY,
  };
  for (const part of [plate, lastSeen, memory])
    if (!part.ok) rewriteHead(context, queue, part.reason, row);
  return queue;
}

function rewriteHead(
  context: StoreContext,
  queue: StoredQueue,
  reason: string,
  row: unknown = null,
): void {
  setAside(context, { source: "queues", key: queue.printer, reason, row }, () =>
    putQueue(context.database, queue),
  );
}

function loadJobs(context: StoreContext, printer: PrinterId): Map<JobId, Job> {
  const rows = context.database.select(
    BodyRow,
    "SELECT id, body FROM jobs WHERE printer = ? ORDER BY id",
    printer,
  );
  const jobs = keepGood(context, "jobs", Job, rows);
  return new Map(jobs.map((job) => [job.id, job]));
}

function loadCopies(context: StoreContext, printer: PrinterId): readonly Copy[] {
  const rows = context.database.select(
    BodyRow,
    "SELECT id, body FROM copies WHERE printer = ? ORDER BY place, id",
    printer,
  );
  return keepGood(context, "copies", Copy, rows);
}

function loadAttempts(context: StoreContext, printer: PrinterId) {
  const rows = context.database.select(
    AttemptRow,
    "SELECT id, body, role FROM attempts WHERE printer = ? AND role <> 'history' ORDER BY place, id",
    printer,
  );
  const openRows = rows.filter(({ role }) => role === "open");
  const open = keepGood(context, "attempts", Attempt, openRows)[0] ?? null;
  const undecidedRows = rows.filter(({ role }) => role === "undecided");
  return {
    open,
    undecided: keepGood(context, "attempts", Attempt, undecidedRows),
    damaged: openRows.length > 0 && open === null,
  };
}

function keepGood<T>(
  context: StoreContext,
  source: "jobs" | "copies" | "attempts",
  schema: z.ZodType<T>,
  rows: readonly z.output<typeof BodyRow>[],
): T[] {
  return rows.flatMap((row) => {
    const parsed = parseRecord(schema, row.body);
    if (parsed.ok) return [parsed.value];
    setAside(context, { source, key: row.id, reason: parsed.reason, row }, () => {
      context.database.run(`DELETE FROM ${source} WHERE id = ?`, row.id);
    });
    return [];
  });
}

/** A copy whose job is gone stays queued, under a held job made from what the copy tells. */
function withStandIns(
  context: StoreContext,
  jobs: ReadonlyMap<JobId, Job>,
  copies: readonly Copy[],
  now: number,
): ReadonlyMap<JobId, Job> {
  const complete = new Map(jobs);
  for (const { jobId, printerId, filename, contentHash } of copies) {
    if (complete.has(jobId)) continue;
    const job: Job = {
      id: jobId,
      printerId,
      filename,
      contentHash,
      wanted: copies.filter((copy) => copy.jobId === jobId).length,
      done: 0,
      hold: "The record of this job was damaged: check it, then release the hold.",
      note: "",
      createdAt: now,
      by: "store",
    };
    complete.set(jobId, job);
    const bad = { source: "jobs", key: jobId, reason: "a copy's job is missing", row: null };
    setAside(context, bad, () => putJob(context.database, job));
  }
  return complete;
}
