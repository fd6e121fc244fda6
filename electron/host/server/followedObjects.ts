import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { FarmPrinter } from "../engine/farm.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Session } from "./session.ts";

interface Followed {
  readonly union: ObjectSelection;
  readonly done: Promise<void>;
}

/**
 * One link, many clients: a printer is asked for the union of what they want to follow, once, and each
 * client is given its own part of what comes.
 */
export class FollowedObjects {
  readonly #sessions: () => Iterable<Session>;
  readonly #followed = new WeakMap<PrinterLink, Followed>();

  constructor(sessions: () => Iterable<Session>) {
    this.#sessions = sessions;
  }

  /** Resolves when the printer's status holds what all subscriptions of the moment ask for. */
  cover(printer: FarmPrinter): Promise<void> {
    const wanted = this.#unionFor(printer);
    const present = this.#followed.get(printer.link);
    if (present !== undefined && covers(present.union, wanted)) return present.done;
    return this.#follow(printer.link, wanted);
  }

  /** Stops following what nobody asks for any more; called now and then, since clients come back. */
  async tidy(printer: FarmPrinter): Promise<void> {
    const wanted = this.#unionFor(printer);
    const present = this.#followed.get(printer.link);
    if (present !== undefined && !covers(wanted, present.union)) {
      await this.#follow(printer.link, wanted);
    }
  }

  #follow(link: PrinterLink, union: ObjectSelection): Promise<void> {
    const done = link.follow(union);
    const followed = { union, done };
    this.#followed.set(link, followed);
    // What failed is asked again by the next who wants it.
    done.catch(() => {
      if (this.#followed.get(link) === followed) this.#followed.delete(link);
    });
    return done;
  }

  #unionFor({ id }: FarmPrinter): ObjectSelection {
    const union: ObjectSelection = {};
    for (const { subscription } of this.#sessions()) {
      if (subscription?.printer !== id) continue;
      for (const [name, fields] of Object.entries(subscription.selection)) {
        const present = Object.hasOwn(union, name) ? union[name] : [];
        union[name] =
          fields === null || present === null || present === undefined
            ? null
            : [...new Set([...present, ...fields])];
      }
    }
    return union;
  }
}

function covers(large: ObjectSelection, small: ObjectSelection): boolean {
  return Object.entries(small).every(([name, fields]) => {
    if (!Object.hasOwn(large, name)) return false;
    const present = large[name] ?? null;
    return (
      present === null || (fields !== null && fields.every((field) => present.includes(field)))
    );
  });
}
