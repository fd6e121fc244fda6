/** A tile in the document: in view, or parked as it was until a filter brings its printer back. */
export interface PlacedTile<T> {
  readonly id: string;
  readonly tile: T;
  readonly isParked: boolean;
}

/**
 * Keeps the elements of tiles that leave the wall. A filter takes hundreds away and brings them back: kept
 * out of sight they cost a change of style, made anew they cost the page a long moment and the next
 * collection of garbage another. An element is moved in the document only when those in view change their
 * order, which is the order in which they are read aloud.
 */
export class TileParking<T> {
  readonly #most: number;
  #tiles: ReadonlyMap<string, T> = new Map();

  /** At most so many are parked; those that stand last go first. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Every tile of the document in its order, for those in view in theirs. */
  place(inView: ReadonlyMap<string, T>): readonly PlacedTile<T>[] {
    let left = this.#most;
    const placed = merged([...this.#tiles.keys()], [...inView.keys()]).flatMap((id) => {
      const shown = inView.get(id);
      const tile = shown ?? this.#tiles.get(id);
      if (tile === undefined || (shown === undefined && left-- <= 0)) return [];
      return [{ id, tile, isParked: shown === undefined }];
    });
    this.#tiles = new Map(placed.map(({ id, tile }) => [id, tile]));
    return placed;
  }
}

/** `order` with `ids` among them in their own order, by as few moves as that takes. */
function merged(order: readonly string[], ids: readonly string[]): readonly string[] {
  const rank = new Map(order.map((id, at) => [id, at]));
  const ranks = ids.flatMap((id) => rank.get(id) ?? []);
  const isSorted = ranks.every((at, n) => n === 0 || at > (ranks[n - 1] ?? -1));
  if (!isSorted) {
    const first = new Set(ids);
    return [...ids, ...order.filter((id) => !first.has(id))];
  }
  // New ones follow the one before them in view.
  const behind = new Map<string | undefined, string[]>();
  let last: string | undefined;
  for (const id of ids) {
    if (rank.has(id)) last = id;
    else behind.set(last, [...(behind.get(last) ?? []), id]);
  }
  return [
    ...(behind.get(undefined) ?? []),
    ...order.flatMap((id) => [id, ...(behind.get(id) ?? [])]),
  ];
}
