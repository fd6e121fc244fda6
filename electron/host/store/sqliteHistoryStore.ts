import { setImmediate as nextTurn } from "node:timers/promises";
import * as z from "zod";
import { Attempt, AttemptOutcome } from "#shared/domain/attempt.ts";
import { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import { Actor } from "#shared/domain/plate.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { SqlValue } from "./database.ts";
import type {
  HistoryBreakdown,
  HistoryCount,
  HistoryFilter,
  HistoryPage,
  HistoryStore,
  HistoryTotals,
} from "./historyStore.ts";
import { setAside, type StoreContext } from "./quarantine.ts";
import type { JournalEntry } from "./queueStore.ts";
import { JournalRow } from "./queueRows.ts";
import { parseRecord } from "./storedRecord.ts";

const LIMIT = { least: 1, most: 1000 };

const HistoryRow = z.object({ id: z.string(), ended_at: z.int(), body: z.string() });
const OutcomeRow = z.object({
  state: AttemptOutcome,
  attempts: z.int(),
  total: z.number(),
  longest: z.number(),
});

const FinishedRow = z.object({
  content: ContentHash,
  finished: z.int(),
  recorded: z.int(),
  filamentLength: z.number(),
  filamentWeight: z.number(),
});

/** Files that a breakdown names. */
const MOST_FILES = 20;
const DAY = 86_400_000;
const Count = { attempts: z.int(), finished: z.int(), seconds: z.number() };
const COUNT = `count(*) AS attempts, sum(state = 'finished') AS finished,
  coalesce(sum(max(0, ended_at - started_at)), 0) / 1000.0 AS seconds`;

/** A condition and what its question marks stand for. */
interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** The history in SQLite; see migration 2 for the indexes it reads by. */
export class SqliteHistoryStore implements HistoryStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  list(filter: HistoryFilter, limit: number, cursor?: string): HistoryPage {
    const wanted = clampLimit(limit);
    const conditions = filterConditions(filter);
    if (cursor !== undefined) conditions.push(afterCursor(cursor));
    const { sql, values } = allOf(conditions);
    const rows = this.#context.database.select(
      HistoryRow,
      `SELECT id, ended_at, body FROM attempts WHERE ${sql} ORDER BY ended_at DESC, id DESC LIMIT ?`,
      ...values,
      wanted + 1,
    );
    const page = rows.slice(0, wanted);
    const last = page.at(-1);
    return {
      attempts: page.flatMap((row) => this.#parse(row)),
      cursor: rows.length > wanted && last !== undefined ? `${last.ended_at}:${last.id}` : null,
    };
  }

  totals(filter: HistoryFilter): HistoryTotals {
    const { sql, values } = allOf(filterConditions(filter));
    const rows = this.#context.database.select(
      OutcomeRow,
      `SELECT state, count(*) AS attempts,
         coalesce(sum(max(0, ended_at - started_at)), 0) / 1000.0 AS total,
         coalesce(max(ended_at - started_at), 0) / 1000.0 AS longest
       FROM attempts WHERE ${sql} GROUP BY state`,
      ...values,
    );
    const byOutcome = { finished: 0, cancelled: 0, failed: 0, interrupted: 0, unknown: 0 };
    for (const row of rows) byOutcome[row.state] = row.attempts;
    return {
      attempts: rows.reduce((sum, row) => sum + row.attempts, 0),
      byOutcome,
      printSeconds: rows.reduce((sum, row) => sum + row.total, 0),
      longestSeconds: rows.reduce((longest, row) => Math.max(longest, row.longest), 0),
    };
  }

  async breakdown(filter: HistoryFilter, utcOffset: number): Promise<HistoryBreakdown> {
    const { database } = this.#context;
    const { sql, values } = allOf(filterConditions(filter));
    const from = `FROM attempts WHERE ${sql}`;
    const ahead = Math.round(utcOffset) * 60_000;
    const range = database.first(
      z.object({ first: z.int().nullable(), last: z.int().nullable() }),
      `SELECT min(ended_at) AS first, max(ended_at) AS last ${from}`,
      ...values,
    );
    await nextTurn();
    const byPrinter = database.select(
      z.object({ printer: PrinterId, ...Count }),
      `SELECT printer, ${COUNT} ${from} GROUP BY printer ORDER BY seconds DESC, printer`,
      ...values,
    );
    await nextTurn();
    const byFile = database.select(
      z.object({ filename: z.string(), ...Count }),
      `SELECT filename, ${COUNT} ${from} GROUP BY filename ORDER BY attempts DESC, filename LIMIT ?`,
      ...values,
      MOST_FILES,
    );
    await nextTurn();
    const byDay = database.select(
      z.object({ number: z.int(), ...Count }),
      `SELECT CAST((ended_at + ?) / ${DAY} AS INTEGER) AS number, ${COUNT} ${from} GROUP BY number ORDER BY number`,
      ahead,
      ...values,
    );
    await nextTurn();
    const finishedContents = database.select(
      FinishedRow,
      `SELECT content, count(*) AS finished,
         sum(filament_length IS NOT NULL OR filament_weight IS NOT NULL) AS recorded,
         total(filament_length) AS filamentLength, total(filament_weight) AS filamentWeight
       ${from} AND state = 'finished' GROUP BY content`,
      ...values,
    );
    return {
      firstEndedAt: range?.first ?? null,
      lastEndedAt: range?.last ?? null,
      byPrinter: byPrinter.map(({ printer, ...count }) => ({ printer, ...countOf(count) })),
      byFile: byFile.map(({ filename, ...count }) => ({ filename, ...countOf(count) })),
      byDay: byDay.map(({ number, ...count }) => ({
        day: number * DAY - ahead,
        ...countOf(count),
      })),
      finishedContents,
    };
  }

  journal(printer: PrinterId, limit: number, kind?: string): readonly JournalEntry[] {
    const rows = this.#context.database.select(
      JournalRow,
      `SELECT at, kind, actor, data FROM journal WHERE printer = ? AND kind = coalesce(?, kind)
       ORDER BY number DESC LIMIT ?`,
      printer,
      kind ?? null,
      clampLimit(limit),
    );
    return rows.flatMap((row) => {
      const actor = parseRecord(Actor, row.actor);
      const data = parseRecord(z.record(z.string(), z.unknown()), row.data);
      if (!actor.ok || !data.ok) return [];
      return [{ at: row.at, kind: row.kind, actor: actor.value, data: data.value }];
    });
  }

  #parse(row: z.output<typeof HistoryRow>): Attempt[] {
    const parsed = parseRecord(Attempt, row.body);
    if (parsed.ok) return [parsed.value];
    const bad = { source: "attempts", key: row.id, reason: parsed.reason, row };
    setAside(this.#context, bad, () => {
      this.#context.database.run("DELETE FROM attempts WHERE id = ?", row.id);
    });
    return [];
  }
}

function countOf(row: { attempts: number; finished: number; seconds: number }): HistoryCount {
  return { attempts: row.attempts, finished: row.finished, printSeconds: row.seconds };
}

function filterConditions(filter: HistoryFilter): Condition[] {
  const conditions: Condition[] = [{ sql: "ended_at IS NOT NULL", values: [] }];
  const add = (sql: string, value: SqlValue | undefined): void => {
    if (value !== undefined) conditions.push({ sql, values: [value] });
  };
  add("printer = ?", filter.printer);
  add("state = ?", filter.outcome);
  add("ended_at >= ?", filter.since);
  add("ended_at < ?", filter.before);
  if (filter.filename !== undefined && filter.filename !== "") {
    add("filename LIKE ? ESCAPE '\\'", `%${filter.filename.replaceAll(/[\\%_]/g, "\\$&")}%`);
  }
  return conditions;
}

function allOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => sql).join(" AND "),
    values: conditions.flatMap(({ values }) => values),
  };
}

function afterCursor(cursor: string): Condition {
  const [, endedAt, id] = /^(-?\d{1,15}):([0-9A-F]{16})$/.exec(cursor) ?? [];
  if (endedAt === undefined || id === undefined) {
    throw new AppError(
      "bad_request",
      "This is not a cursor of the history: start from the first page.",
    );
  }
  return { sql: "(ended_at, id) < (?, ?)", values: [Number(endedAt), id] };
}

function clampLimit(limit: number): number {
  return Math.min(LIMIT.most, Math.max(LIMIT.least, Math.floor(limit)));
}
