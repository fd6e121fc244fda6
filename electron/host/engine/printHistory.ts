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
