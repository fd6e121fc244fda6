import type { Attempt, AttemptOutcome } from "#shared/domain/attempt.ts";
import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { JournalEntry } from "./queueStore.ts";

/** Which ended attempts are meant; what is left out does not narrow. Times are wall milliseconds. */
export interface HistoryFilter {
  readonly printer?: PrinterId;
  readonly outcome?: AttemptOutcome;
  /** Part of the file name; case does not matter for ASCII letters. */
  readonly filename?: string;
  /** Ended at or after. */
  readonly since?: number;
  /** Ended before. */
  readonly before?: number;
}

export interface HistoryPage {
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  /** Give it back for the next page; null on the last. */
  readonly cursor: string | null;
}

export interface HistoryTotals {
  readonly attempts: number;
  readonly byOutcome: Readonly<Record<AttemptOutcome, number>>;
  /** Seconds from start to end, of attempts that started. */
  readonly printSeconds: number;
  /** The longest of them, seconds. */
  readonly longestSeconds: number;
}

/** What ended in one group of a breakdown. */
export interface HistoryCount {
  readonly attempts: number;
  readonly finished: number;
  /** Seconds from start to end, of attempts that started. */
  readonly printSeconds: number;
}

/** All finished attempts of one content. */
export interface FinishedContent {
  readonly content: ContentHash;
  readonly finished: number;
  /** How many of them carry what their slicer expected; the sums are of these. */
  readonly recorded: number;
  /** Millimetres and grams. */
  readonly filamentLength: number;
  readonly filamentWeight: number;
}

export interface HistoryBreakdown {
  /** When the first and the last ended, wall milliseconds; null without any. */
  readonly firstEndedAt: number | null;
  readonly lastEndedAt: number | null;
  /** Most print time first. */
  readonly byPrinter: readonly (HistoryCount & { readonly printer: PrinterId })[];
  /** The most attempted file names, at most 20. */
  readonly byFile: readonly (HistoryCount & { readonly filename: string })[];
  /** Days on which something ended, oldest first; `day` is their start in wall milliseconds. */
  readonly byDay: readonly (HistoryCount & { readonly day: number })[];
  /** Finished attempts per content, for sums of what they took. */
  readonly finishedContents: readonly FinishedContent[];
}

/** What happened: every attempt that ended, kept for ever, and the journal. Read only. */
export interface HistoryStore {
  /**
   * Ended attempts, also those a decision is still owed on. `limit` is 1 to 1000. Pages stay stable while
   * new attempts end. Throws `bad_request` for a cursor that is not one of ours.
   */
  list(filter: HistoryFilter, limit: number, cursor?: string): HistoryPage;
  totals(filter: HistoryFilter): HistoryTotals;
  /**
   * `utcOffset`: minutes by which the reader's clock is ahead of UTC, so that days begin at their midnight.
   * Read in several turns of the event loop, so that a long history does not hold up the printers.
   */
  breakdown(filter: HistoryFilter, utcOffset: number): Promise<HistoryBreakdown>;
  /** The last `limit` journal entries of a printer, of one kind or of all, newest first. */
  journal(printer: PrinterId, limit: number, kind?: string): readonly JournalEntry[];
}
