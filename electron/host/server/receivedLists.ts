import type { CopyId, PrinterId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";

/** Milliseconds a list counts as seen after a newer one was sent: a client may still act on it. */
const KEPT = 5000;
/** Bound of memory: nobody acts on more lists than this within five seconds. */
const MOST = 32;

type SentList = readonly Pick<Copy, "id" | "filename">[];

/**
 * The queue lists a client was sent lately. A client that posts a whole list with `reset` edited one of
 * these; the engine needs to know which, to tell what it changed from what changed meanwhile.
 */
export class ReceivedLists {
  #lists: { readonly list: SentList; readonly at: number }[] = [];

  /** A list that was sent while the client may still act on an earlier one. `now` in monotonic milliseconds. */
  remember(list: SentList, now: number): void {
    this.#forget(now);
    this.#lists.push({ list, at: now });
    if (this.#lists.length > MOST) this.#lists.shift();
  }

  /** A list that answered the client's own change: it knows better than all earlier ones. */
  replaceAll(list: SentList, now: number): void {
    this.#lists = [{ list, at: now }];
  }

  /**
   * The list `filenames` most likely was made from; null = none was sent. An edit rather leaves names out
   * than brings some in that were not there; so the fewest additions count first, then the fewest
   * differences, then the newest list.
   */
  baseOf(filenames: readonly string[], now: number): readonly CopyId[] | null {
    this.#forget(now);
    let best: { list: SentList; additions: number; differences: number } | null = null;
    for (const { list } of this.#lists.toReversed()) {
      const { additions, differences } = compare(list, filenames);
      if (
        best === null ||
        additions < best.additions ||
        (additions === best.additions && differences < best.differences)
      ) {
        best = { list, additions, differences };
      }
    }
    return best === null ? null : best.list.map((copy) => copy.id);
  }

  /** The last list stays however old: it is what an idle client still shows. */
  #forget(now: number): void {
    const first = this.#lists.findIndex(
      (_, index) => now - (this.#lists[index + 1]?.at ?? Infinity) <= KEPT,
    );
    this.#lists = this.#lists.slice(Math.max(0, first));
  }
}

/** How many names were added to a list, and how many were added or left out. */
function compare(
  list: SentList,
  filenames: readonly string[],
): { additions: number; differences: number } {
  const counts = new Map<string, number>();
  for (const name of filenames) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { filename } of list) counts.set(filename, (counts.get(filename) ?? 0) - 1);
  let additions = 0;
  let differences = 0;
  for (const count of counts.values()) {
    additions += Math.max(0, count);
    differences += Math.abs(count);
  }
  return { additions, differences };
}

/** What one client was sent, told apart by printer: a look at one queue says nothing about another. */
export class ListsByPrinter {
  readonly #lists = new Map<PrinterId, ReceivedLists>();

  of(printer: PrinterId): ReceivedLists {
    const known = this.#lists.get(printer) ?? new ReceivedLists();
    this.#lists.set(printer, known);
    return known;
  }
}

/** Callers without a session are told apart by address; the oldest addresses are forgotten. */
export class ListsByAddress {
  readonly #lists = new Map<string, ListsByPrinter>();

  of(address: string): ListsByPrinter {
    const known = this.#lists.get(address) ?? new ListsByPrinter();
    this.#lists.delete(address);
    this.#lists.set(address, known);
    const oldest = this.#lists.keys().next();
    if (this.#lists.size > 256 && oldest.done !== true) this.#lists.delete(oldest.value);
    return known;
  }
}
