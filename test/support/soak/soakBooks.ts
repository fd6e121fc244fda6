import type { FarmSnapshot } from "#shared/contract/farm.ts";

/**
 * What was asked for, and what was seen of it. Where an answer was lost, the books hold what may be true:
 * as many prints as may have been ordered, no more copies than were promised.
 */
export class SoakBooks {
  /** Prints that may be made of each file: copies ordered, and words to print one again. */
  readonly wanted = new Map<string, number>();
  /** Copies whose queueing was answered, per file. */
  readonly promised = new Map<string, number>();
  /** Every copy ever seen, with its file. */
  readonly seen = new Map<string, string>();
  /** Copies that a person took back and that were not seen since. */
  readonly given = new Set<string>();
  /** Newest revision seen of each queue and each plate. */
  readonly #revisions = new Map<string, number>();
  readonly broken: string[] = [];

  want(file: string, prints: number): void {
    this.wanted.set(file, (this.wanted.get(file) ?? 0) + prints);
  }

  promise(file: string, copies: number): void {
    this.promised.set(file, (this.promised.get(file) ?? 0) + copies);
  }

  /** They may be gone from now on; what is seen again is not. */
  give(copies: readonly string[]): void {
    for (const copy of copies) this.given.add(copy);
  }

  learn(snapshot: FarmSnapshot): void {
    for (const { id, queue, current, plate } of snapshot.printers) {
      for (const row of queue.rows) this.#see(row.job_id, row.filename);
      for (const open of queue.decisions) this.#see(open.job_id, open.filename);
      if (current !== null && current.job_id !== null) this.#see(current.job_id, current.filename);
      this.#grows(`queue of ${id}`, queue.revision);
      this.#grows(`plate of ${id}`, plate.revision);
    }
  }

  #see(copy: string, file: string): void {
    this.seen.set(copy, file);
    this.given.delete(copy);
  }

  #grows(what: string, revision: number): void {
    const before = this.#revisions.get(what) ?? 0;
    if (revision < before) this.broken.push(`${what}: revision ${revision} after ${before}`);
    this.#revisions.set(what, revision);
  }
}
