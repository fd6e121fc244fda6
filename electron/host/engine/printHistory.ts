import type { HistoryEntry } from "../link/printerLink.ts";

/**
 * Order of history ids. Moonraker's are row numbers in hex; others are compared for difference only,
 * since an unknown id that is not the newest known one must be a later one.
 */
export function isNewer(jobId: string, than: string | null): boolean {
  if (than === null) return true;
  const [a, b] = [rowNumber(jobId), rowNumber(than)];
  return a === null || b === null ? jobId !== than : a > b;
}

/** The newest entry, as it is remembered. */
export interface NewestEntry {
  readonly historyJobId: string | null;
  /** Moonraker gives an id again once its entry was deleted; the start tells the two apart. */
  readonly historyStartTime: number | null;
}

export function newestOf([newest]: readonly HistoryEntry[]): NewestEntry {
  return {
    historyJobId: newest?.jobId ?? null,
    historyStartTime: newest?.startTime ?? null,
  };
}

/** Whether the newest entry is the remembered one. Without its start, as in older records, the id decides. */
export function isNewestStill(history: readonly HistoryEntry[], remembered: NewestEntry): boolean {
  const { historyJobId, historyStartTime } = newestOf(history);
  return historyJobId === remembered.historyJobId && isSameStart(historyStartTime, remembered);
}

/**
 * Whether entries have been deleted since, so that new ones have ids from before: then what the history
 * does not show may have happened all the same.
 */
export function isRewritten(history: readonly HistoryEntry[], remembered: NewestEntry): boolean {
  const { historyJobId: was } = remembered;
  if (was === null) return false;
  const now = newestOf(history);
  if (now.historyJobId === was) return !isSameStart(now.historyStartTime, remembered);
  return now.historyJobId === null || !isNewer(now.historyJobId, was);
}

function isSameStart(start: number | null, { historyStartTime: was }: NewestEntry): boolean {
  return was === null || start === was;
}

/** Adds or updates entries, newest first, keeping the latest 50. */
export function mergeHistory(
  known: readonly HistoryEntry[],
  added: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const byId = new Map(known.map((entry) => [entry.jobId, entry]));
  for (const entry of added) byId.set(entry.jobId, entry);
  return [...byId.values()]
    .toSorted((a, b) => (a.jobId === b.jobId ? 0 : isNewer(a.jobId, b.jobId) ? -1 : 1))
    .slice(0, 50);
}

/** Entries after the given id that name `path`, oldest first. */
export function entriesAfter(
  history: readonly HistoryEntry[],
  jobId: string | null,
  path: string,
): readonly HistoryEntry[] {
  return history
    .filter((entry) => entry.filename === path && isNewer(entry.jobId, jobId))
    .toReversed();
}

function rowNumber(jobId: string): number | null {
  return /^[0-9a-f]{1,12}$/i.test(jobId) ? Number.parseInt(jobId, 16) : null;
}
