/** One entry of a queue as `reset: true` sees it: Moonraker's clients post names, nothing else. */
export interface Named {
  readonly filename: string;
}

/** What the merged list is made of: present entries that stay, and posted ones that are new. */
export type Merged<P, N> =
  | { readonly kind: "kept"; readonly entry: P }
  | { readonly kind: "added"; readonly item: N };

/**
 * Three-way merge of a whole list posted with `reset: true`. `base` is the list the poster last saw,
 * `posted` what it wants, `present` the queue now. Matching is per filename, k-th occurrence to k-th.
 *
 * - Posted and in the base and still present: kept, at the posted place, with its own id.
 * - Posted and in the base, but gone since (loaded or removed by another): dropped, not queued again.
 * - Posted and not in the base: added.
 * - In the base and not posted: removed.
 * - Present and not in the base (added by another meanwhile): kept, behind the entry it stood behind.
 */
export function mergeReset<P extends Named & { readonly id: string }, N extends Named>(
  base: readonly (Named & { readonly id: string })[],
  posted: readonly N[],
  present: readonly P[],
): readonly Merged<P, N>[] {
  const byId = new Map(present.map((entry) => [entry.id, entry]));
  const inBase = occurrences(base);
  const taken = new Map<string, number>();
  const merged: Merged<P, N>[] = posted.flatMap((item): Merged<P, N>[] => {
    const nth = taken.get(item.filename) ?? 0;
    taken.set(item.filename, nth + 1);
    const old = inBase.get(item.filename)?.[nth];
    if (old === undefined) return [{ kind: "added", item }];
    const entry = byId.get(old.id);
    return entry === undefined ? [] : [{ kind: "kept", entry }];
  });
  return insertStrangers(merged, base, present);
}

/** Puts back what others added since the base, each behind its present neighbour. */
function insertStrangers<P extends { readonly id: string }, N>(
  merged: readonly Merged<P, N>[],
  base: readonly { readonly id: string }[],
  present: readonly P[],
): readonly Merged<P, N>[] {
  const known = new Set(base.map((entry) => entry.id));
  const result = [...merged];
  for (const [index, entry] of present.entries()) {
    if (known.has(entry.id)) continue;
    result.splice(placeBehind(result, present.slice(0, index)), 0, { kind: "kept", entry });
  }
  return result;
}

/** The place right behind the nearest of `predecessors` still in the list; the front when there is none. */
function placeBehind<P extends { readonly id: string }, N>(
  list: readonly Merged<P, N>[],
  predecessors: readonly P[],
): number {
  for (const predecessor of predecessors.toReversed()) {
    const at = list.findIndex((e) => e.kind === "kept" && e.entry.id === predecessor.id);
    if (at >= 0) return at + 1;
  }
  return predecessors.length === 0 ? 0 : list.length;
}

function occurrences<T extends Named>(list: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of list) {
    const group = groups.get(entry.filename);
    if (group === undefined) groups.set(entry.filename, [entry]);
    else group.push(entry);
  }
  return groups;
}
