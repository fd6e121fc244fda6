/**
 * Which element shows which line of a list that is scrolled. A line that stays keeps its element; one that
 * comes into view takes that of one that went, which costs a fraction of making it and throwing the other
 * away. Only lines that were scrolled out give theirs: that of a line which left its list may hold the
 * keyboard, which must not end up on another.
 */
export class RowSlots {
  #list: readonly unknown[] | undefined;
  #order: readonly string[] = [];
  #slots: ReadonlyMap<string, number> = new Map();
  #made = 0;

  /**
   * Keys of elements, for the keys of lines in the order shown. Another `list`: lines came or went. `focus`
   * is always in view and never moved in the document, which would take the keyboard from it: elements
   * before it serve lines before it, those after it the rest. They change sides only when more stay on the
   * new side than change at all: Vue moves the fewest it can, so it moves those.
   */
  assign(list: readonly unknown[], keys: readonly string[], focus: string): readonly number[] {
    const present = new Set(keys);
    const isSame = list === this.#list;
    const free = halves(this.#order, focus).map((half) =>
      half.flatMap((key) => (isSame && !present.has(key) ? (this.#slots.get(key) ?? []) : [])),
    );
    const spare = free.reduce((sum, { length }) => sum + length, 0);
    const next = new Map<string, number>();
    for (const [at, half] of halves(keys, focus).entries()) {
      const staying = half.filter((key) => this.#slots.has(key)).length;
      const others = staying > spare ? free[1 - at] : undefined;
      for (const key of half) {
        const slot = this.#slots.get(key) ?? free[at]?.shift() ?? others?.shift();
        next.set(key, slot ?? this.#made++);
      }
    }
    this.#list = list;
    this.#order = keys;
    this.#slots = next;
    return [...next.values()];
  }
}

/** What stands before `focus`, and the rest. */
function halves(keys: readonly string[], focus: string): readonly (readonly string[])[] {
  const at = Math.max(0, keys.indexOf(focus));
  return [keys.slice(0, at), keys.slice(at)];
}
