import { mergeStatus, type PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { StatusChange } from "./printerLink.ts";

interface Update {
  readonly delta: PrinterObjects;
  readonly eventtime: number;
}

/** Updates remembered to judge one that was overtaken. */
const REMEMBERED = 8;

/**
 * What one session knows of its printer. Updates that arrive before the full status are kept back and
 * applied after it: a websocket may deliver both in one turn, and the answer is awaited. An update that
 * was overtaken by a newer one gives only the fields the newer ones did not.
 */
export class StatusCache {
  #status: PrinterObjects = {};
  #waiting: Update[] | null = null;
  #recent: Update[] = [];
  #live = false;

  get status(): PrinterObjects {
    return this.#status;
  }

  /** Forgets everything: the values belonged to another run or connection. */
  discard(): void {
    this.#status = {};
    this.#waiting = null;
    this.#recent = [];
    this.#live = false;
  }

  /** A subscription has been asked for; from now on updates may belong to it. */
  expectFull(): void {
    this.discard();
    this.#waiting = [];
  }

  /** Takes the full status and what overtook it. Updates of an older subscription are dropped. */
  setFull(full: PrinterObjects, eventtime: number): StatusChange {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    this.#live = true;
    this.#status = full;
    this.#recent = [{ delta: full, eventtime }];
    let latest = eventtime;
    for (const update of waiting) {
      if (update.eventtime < eventtime) continue;
      this.apply(update.delta, update.eventtime);
      latest = Math.max(latest, update.eventtime);
    }
    return { delta: this.#status, status: this.#status, eventtime: latest };
  }

  /** Merges an update; undefined when there is nothing to announce (no session, or nothing changed). */
  apply(delta: PrinterObjects, eventtime: number): StatusChange | undefined {
    if (!this.#live) {
      this.#waiting?.push({ delta, eventtime });
      return undefined;
    }
    const fresh = withoutNewer(delta, eventtime, this.#recent);
    this.#recent = [...this.#recent.slice(1 - REMEMBERED), { delta, eventtime }];
    const merged = mergeStatus(this.#status, fresh);
    if (merged === this.#status) return undefined;
    this.#status = merged;
    return { delta: fresh, status: merged, eventtime };
  }
}

/** The fields of `full` whose values differ from those known. */
export function changedOnly(known: PrinterObjects, full: PrinterObjects): PrinterObjects {
  const changed: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [name, fields] of Object.entries(full)) {
    const before = Object.hasOwn(known, name) ? known[name] : undefined;
    const fresh = Object.entries(fields).filter(
      ([field, value]) => JSON.stringify(before?.[field]) !== JSON.stringify(value),
    );
    // An object without fields is news too: the printer has it.
    if (fresh.length > 0 || before === undefined) changed[name] = Object.fromEntries(fresh);
  }
  return changed;
}

function withoutNewer(
  delta: PrinterObjects,
  eventtime: number,
  recent: readonly Update[],
): PrinterObjects {
  const newer = recent.filter((update) => update.eventtime > eventtime);
  if (newer.length === 0) return delta;
  const known = (name: string, field: string): boolean =>
    newer.some(({ delta: later }) => Object.hasOwn(later, name) && field in (later[name] ?? {}));
  return Object.fromEntries(
    Object.entries(delta).map(([name, fields]) => [
      name,
      Object.fromEntries(Object.entries(fields).filter(([field]) => !known(name, field))),
    ]),
  );
}
