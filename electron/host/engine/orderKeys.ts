import type { CopyId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";

/** The key of a copy that has no place yet; `withOrderKeys` gives it one. */
export const UNPLACED = Number.NaN;

/** Room left between neighbours, so that a later move writes only what moves. */
const STEP = 1024;

/**
 * Gives a list its order keys. Copies whose key already fits between its neighbours keep it and their
 * identity (the store then writes nothing for them); only when a gap is used up is everything renumbered.
 */
export function withOrderKeys(list: readonly Copy[]): readonly Copy[] {
  const unplaced = countUnplaced(list);
  // Nearly every change leaves the order as it is: then there is nothing to search for.
  if (unplaced === 0) return list;
  const kept =
    unplaced === null
      ? longestAscending(list.map((copy) => copy.order))
      : { has: (index: number): boolean => !Number.isNaN(list[index]?.order) };
  const result: Copy[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const [index, copy] of list.entries()) {
    if (kept.has(index)) {
      result.push(copy);
      previous = copy.order;
      continue;
    }
    const run = countUntilKept(kept, index, list.length);
    const next = list[index + run]?.order;
    const order = between(previous, next, run);
    if (!(order > previous) || (next !== undefined && !(order < next))) return renumber(list);
    result.push({ ...copy, order });
    previous = order;
  }
  return result;
}

/** The list with `moved` taken out and put, in the order given, before `before` (null = at the end). */
export function moveBefore(
  list: readonly Copy[],
  moved: readonly CopyId[],
  before: CopyId | null,
): readonly Copy[] {
  const byId = new Map(list.map((copy) => [copy.id, copy]));
  const block = moved.flatMap((id) => byId.get(id) ?? []);
  const out = new Set(moved);
  // A target that itself moves stands for the first copy behind it that stays.
  const from = before === null ? list.length : list.findIndex((copy) => copy.id === before);
  const anchor = list.slice(from < 0 ? list.length : from).find((copy) => !out.has(copy.id));
  const rest = list.filter((copy) => !out.has(copy.id));
  const at = anchor === undefined ? rest.length : rest.indexOf(anchor);
  return withOrderKeys([...rest.slice(0, at), ...block, ...rest.slice(at)]);
}

/** How many copies have no key yet; null when the keys of the others are not ascending. */
function countUnplaced(list: readonly Copy[]): number | null {
  let count = 0;
  let previous = Number.NEGATIVE_INFINITY;
  for (const { order } of list) {
    if (Number.isNaN(order)) count++;
    else if (order > previous) previous = order;
    else return null;
  }
  return count;
}

function between(previous: number, next: number | undefined, run: number): number {
  if (next === undefined) return Number.isFinite(previous) ? previous + STEP : STEP;
  if (!Number.isFinite(previous)) return next - STEP * run;
  return previous + (next - previous) / (run + 1);
}

function renumber(list: readonly Copy[]): readonly Copy[] {
  return list.map((copy, index) => ({ ...copy, order: (index + 1) * STEP }));
}

function countUntilKept(
  kept: Pick<ReadonlySet<number>, "has">,
  from: number,
  length: number,
): number {
  let run = 0;
  while (from + run < length && !kept.has(from + run)) run++;
  return run;
}

/** Indexes of a longest strictly ascending subsequence (patience sorting). */
function longestAscending(keys: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const parent: (number | undefined)[] = [];
  for (const [index, key] of keys.entries()) {
    if (Number.isNaN(key)) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[tails[middle] ?? 0] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    parent[index] = low > 0 ? tails[low - 1] : undefined;
    tails[low] = index;
  }
  const result = new Set<number>();
  for (let index = tails.at(-1); index !== undefined; index = parent[index]) result.add(index);
  return result;
}
