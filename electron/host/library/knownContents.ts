import type { ContentHash } from "#shared/domain/ids.ts";

/** Milliseconds a content is kept after it lost a name: somebody may be queueing what they just saw. */
const RELEASE_GRACE = 60_000;

/** The contents that have a row, and which of them nobody would miss. */
export class KnownContents {
  readonly #sizes = new Map<ContentHash, number>();
  readonly #pinned = new Set<ContentHash>();
  readonly #released = new Map<ContentHash, number>();

  add(content: ContentHash, size: number): void {
    this.#sizes.set(content, size);
  }

  has(content: ContentHash): boolean {
    return this.#sizes.has(content);
  }

  /** Bytes of a content, or undefined when it is not known. */
  sizeOf(content: ContentHash): number | undefined {
    return this.#sizes.get(content);
  }

  /** Keeps a content for good: a row names it that this program does not understand. */
  pin(content: ContentHash): void {
    this.#pinned.add(content);
  }

  /** Notes that a name of a content went, at a time in monotonic milliseconds. */
  release(content: ContentHash, at: number): void {
    this.#released.set(content, at);
  }

  forget(content: ContentHash): void {
    this.#sizes.delete(content);
    this.#released.delete(content);
  }

  /** Contents that are not among the named ones and did not lose a name just before `now`. */
  unnamed(named: Iterable<ContentHash>, now: number): ReadonlySet<ContentHash> {
    const unnamed = new Set(this.#sizes.keys());
    for (const content of named) unnamed.delete(content);
    for (const content of this.#pinned) unnamed.delete(content);
    for (const [content, at] of this.#released) {
      if (now - at < RELEASE_GRACE) unnamed.delete(content);
    }
    return unnamed;
  }
}
