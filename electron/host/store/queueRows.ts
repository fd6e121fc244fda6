import type { Copy, Job } from "#shared/domain/job.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import { isOpen } from "#shared/domain/attempt.ts";
import * as z from "zod";
import type { Database } from "./database.ts";
import type { PlacedAttempt } from "./diffQueue.ts";
import type { JournalEntry, StoredQueue } from "./queueStore.ts";

/** Writes the part of a queue that is one row. */
export function putQueue(database: Database, queue: StoredQueue): void {
  database.run(
    // Not REPLACE: that writes the index anew too, one page more with every commit.
    `INSERT INTO queues (printer, revision, armed, pause_requested, plate, last_seen, memory)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (printer) DO UPDATE SET revision = excluded.revision, armed = excluded.armed,
       pause_requested = excluded.pause_requested, plate = excluded.plate,
       last_seen = excluded.last_seen, memory = excluded.memory`,
    queue.printer,
    queue.revision,
    queue.armed ? 1 : 0,
    queue.pauseRequested ? 1 : 0,
    JSON.stringify(queue.plate),
    queue.lastSeen === null ? null : JSON.stringify(queue.lastSeen),
    JSON.stringify(queue.memory),
  );
}

export function putJob(database: Database, job: Job): void {
  database.run(
    "REPLACE INTO jobs (id, printer, body) VALUES (?, ?, ?)",
    job.id,
    job.printerId,
    JSON.stringify(job),
  );
}

export function putCopy(database: Database, copy: Copy): void {
  database.run(
    "REPLACE INTO copies (id, printer, place, content, body) VALUES (?, ?, ?, ?, ?)",
    copy.id,
    copy.printerId,
    copy.order,
    copy.contentHash,
    JSON.stringify(copy),
  );
}

export function putAttempt(database: Database, { attempt, role, place }: PlacedAttempt): void {
  // Not REPLACE: a second open attempt must fail here, not push the first one out.
  database.run(
    `INSERT INTO attempts (id, printer, role, place, state, filename, content, started_at, ended_at,
       filament_length, filament_weight, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET printer = excluded.printer, role = excluded.role,
       place = excluded.place, state = excluded.state, filename = excluded.filename,
       content = excluded.content, started_at = excluded.started_at, ended_at = excluded.ended_at,
       filament_length = excluded.filament_length, filament_weight = excluded.filament_weight,
       body = excluded.body`,
    attempt.id,
    attempt.printerId,
    role,
    place,
    attempt.state,
    attempt.filename,
    attempt.contentHash,
    wholeOrNull(attempt.startedAt),
    endOf(attempt),
    attempt.expected?.filamentLength ?? null,
    attempt.expected?.filamentWeight ?? null,
    JSON.stringify(attempt),
  );
}

/** An entry as it is stored. */
export const JournalRow = z.object({
  at: z.number(),
  kind: z.string(),
  actor: z.string(),
  data: z.string(),
});

/** `place`: a printer's id, or what is no printer's. */
export function addJournal(database: Database, place: string, entry: JournalEntry): void {
  database.run(
    "INSERT INTO journal (printer, at, kind, actor, data) VALUES (?, ?, ?, ?, ?)",
    place,
    Math.round(entry.at),
    entry.kind,
    JSON.stringify(entry.actor),
    JSON.stringify(entry.data),
  );
}

/** Only ended attempts have an end, whatever else the record says: the history is found by it. */
function endOf(attempt: Attempt): number | null {
  if (isOpen(attempt.state)) return null;
  return Math.round(attempt.endedAt ?? attempt.createdAt);
}

/** A clock may give fractions of a millisecond; an INTEGER column refuses them. */
function wholeOrNull(time: number | null): number | null {
  return time === null ? null : Math.round(time);
}
