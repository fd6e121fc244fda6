import type { CopyId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";
import { setList } from "./queueEdits.ts";
import type { QueueItem } from "./queueEngine.ts";
import { createCopies, depart, pruneJobs } from "./queueList.ts";
import { TIMES } from "./queueModel.ts";
import { mergeReset } from "./resetMerge.ts";
import type { Turn } from "./turn.ts";

interface BaseEntry {
  readonly id: CopyId;
  readonly filename: string;
}

/** Moonraker's post with `reset: true`, as an edit of what the poster last saw. */
export function replaceQueue(
  turn: Turn,
  command: { readonly base: readonly CopyId[] | null; readonly items: readonly QueueItem[] },
): void {
  const present = turn.stored.copies;
  const posted = command.items.flatMap((item) =>
    Array.from({ length: item.copies }, () => ({ ...item, copies: 1 })),
  );
  const merged = mergeReset(baseOf(turn, command.base), posted, present);
  const fresh = [
    ...createCopies(
      turn,
      merged.flatMap((entry) => (entry.kind === "added" ? [entry.item] : [])),
      { hold: null, note: "" },
    ),
  ];
  const list: Copy[] = [];
  for (const entry of merged) {
    const copy = entry.kind === "kept" ? entry.entry : fresh.shift();
    if (copy !== undefined) list.push(copy);
  }
  const kept = new Set(list);
  setList(turn, list);
  const after = new Set(turn.stored.copies.map((copy) => copy.id));
  const removed = present.filter((copy) => !kept.has(copy) && !after.has(copy.id));
  depart(turn, removed, false);
  pruneJobs(turn);
  turn.record("queue_replaced", { removed, list: turn.stored.copies.map((copy) => copy.id) });
  if (turn.stored.copies.length === 0) turn.store({ armed: false });
  turn.announceList("jobs_added");
}

/**
 * The list the poster saw. Without a session it is taken to be the present one plus what was loaded in
 * the last seconds, so that a copy that has just begun to print is not queued a second time.
 */
function baseOf(turn: Turn, ids: readonly CopyId[] | null): readonly BaseEntry[] {
  const { copies, attempt, undecided } = turn.stored;
  const { departed } = turn.world;
  if (ids === null) {
    const recent = departed.filter(
      (entry) => entry.loaded && turn.now.mono - entry.at <= TIMES.departed,
    );
    return [...recent, ...copies];
  }
  const names = new Map<CopyId, string>();
  for (const entry of [...departed, ...copies]) names.set(entry.id, entry.filename);
  for (const one of attempt === null ? undecided : [attempt, ...undecided]) {
    names.set(one.copyId, one.filename);
  }
  return ids.flatMap((id) => {
    const filename = names.get(id);
    return filename === undefined ? [] : [{ id, filename }];
  });
}
