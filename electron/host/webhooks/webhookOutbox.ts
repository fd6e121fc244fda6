import { WebhookTry } from "#shared/contract/farmWebhooks.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";

/** Messages one webhook may have waiting; the oldest goes first. */
const MOST_WAITING = 200;

const Delivery = z.object({
  id: z.string(),
  event: z.string(),
  body: z.string(),
  tries: z.int(),
  /** Wall milliseconds. */
  nextTry: z.number(),
});
export type Delivery = z.output<typeof Delivery>;

const Stored = z.object({
  waiting: z.array(Delivery),
  lost: z.int(),
  last: WebhookTry.nullable(),
});
type Stored = z.output<typeof Stored>;

/**
 * What one webhook has still to deliver, oldest first, on disk before anyone relies on it. Changes must
 * come one at a time.
 */
export class WebhookOutbox {
  readonly #settings: SettingsStore;
  readonly #key: string;
  #stored: Stored;

  constructor(settings: SettingsStore, webhook: string) {
    this.#settings = settings;
    this.#key = `webhook_outbox/${webhook}`;
    this.#stored = Stored.safeParse(settings.get(this.#key)).data ?? {
      waiting: [],
      lost: 0,
      last: null,
    };
  }

  get waiting(): readonly Delivery[] {
    return this.#stored.waiting;
  }

  get lost(): number {
    return this.#stored.lost;
  }

  get last(): WebhookTry | null {
    return this.#stored.last;
  }

  /** Adds a message unless one of its id waits; a full outbox loses its oldest. */
  add(delivery: Delivery): Promise<void> {
    const { waiting, lost } = this.#stored;
    if (waiting.some(({ id }) => id === delivery.id)) return Promise.resolve();
    const all = [...waiting, delivery];
    const surplus = Math.max(0, all.length - MOST_WAITING);
    return this.#save({ waiting: all.slice(surplus), lost: lost + surplus });
  }

  /** The first one has been delivered. */
  delivered(id: string, last: WebhookTry): Promise<void> {
    return this.#save({ waiting: this.#without(id), last });
  }

  /** The first one is to be tried again. */
  retryAt(id: string, nextTry: number, last: WebhookTry): Promise<void> {
    const waiting = this.#stored.waiting.map((delivery) =>
      delivery.id === id ? { ...delivery, tries: delivery.tries + 1, nextTry } : delivery,
    );
    return this.#save({ waiting, last });
  }

  /** It was tried for long enough. */
  giveUp(id: string, last: WebhookTry): Promise<void> {
    return this.#save({ waiting: this.#without(id), lost: this.#stored.lost + 1, last });
  }

  /** How a try outside of the queue went. */
  note(last: WebhookTry): Promise<void> {
    return this.#save({ last });
  }

  /** Nothing is left of it. */
  forget(): Promise<void> {
    this.#stored = { waiting: [], lost: 0, last: null };
    return this.#settings.set(this.#key, undefined);
  }

  #without(id: string): Delivery[] {
    return this.#stored.waiting.filter((delivery) => delivery.id !== id);
  }

  /** Memory goes first: what the disk cannot take is delivered all the same while we run. */
  #save(change: Partial<Stored>): Promise<void> {
    this.#stored = { ...this.#stored, ...change };
    return this.#settings.set(this.#key, this.#stored);
  }
}
