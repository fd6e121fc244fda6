/**
 * Two lists without what they have in common at their beginnings and ends, told by identity. What is left
 * of a long list of immutable records is what a change has touched.
 */
export function withoutSame<T>(
  before: readonly T[],
  after: readonly T[],
): { readonly before: readonly T[]; readonly after: readonly T[] } {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
  };
}
