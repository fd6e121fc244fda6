import type { WebhookTry } from "#shared/contract/farmWebhooks.ts";
import { backoffDelay } from "#shared/util/backoff.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import { type Message, post, type TryResult } from "./webhookDelivery.ts";
import type { Delivery, WebhookOutbox } from "./webhookOutbox.ts";
import type { StoredWebhook } from "./webhookRegistry.ts";

/** Pauses of 5 s, 10 s, 20 s, ... up to an hour: 20 tries take half a day. */
const RETRY = { base: 5_000, cap: 3_600_000, jitter: 0.2 };
const MOST_TRIES = 20;
/** The receiver says that it wants no more, ever. */
const GONE = 410;

export interface RunnerParts {
  readonly outbox: WebhookOutbox;
  /** As it is now; undefined once removed. */
  readonly webhook: () => StoredWebhook | undefined;
  /** It has answered that it is gone. */
  readonly onGone: () => Promise<unknown>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly report: (error: unknown) => void;
}

/** Delivers one webhook's messages, one after another, the first until it has arrived or was given up. */
export class WebhookRunner {
  readonly #parts: RunnerParts;
  readonly #turns = new Sequencer();
  readonly #stopping = new AbortController();
  #timer: Disposable | undefined;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#next();
  }

  /** Ends the try under way; what waits stays on disk. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timer?.dispose();
    await this.#turns.idle();
  }

  /** Resolves when the message is on disk. */
  async add(delivery: Delivery): Promise<void> {
    try {
      await this.#parts.outbox.add(delivery);
    } finally {
      this.#next();
    }
  }

  /** The webhook has changed: what waits is tried now. */
  retryNow(): void {
    this.#next(0);
  }

  /** Posts a message once, past those that wait. */
  async tryOnce(message: Message, event: string): Promise<WebhookTry> {
    const { webhook, outbox } = this.#parts;
    const target = webhook();
    const result: TryResult =
      target === undefined
        ? { ok: false, status: null, detail: "removed" }
        : await this.#post(target, message);
    const tried = this.#tried(event, result);
    await outbox.note(tried);
    return tried;
  }

  /** Waits for the first message's time. A clock that was set never makes it wait longer than a retry. */
  #next(within = RETRY.cap): void {
    this.#timer?.dispose();
    const { outbox, clock } = this.#parts;
    const [first] = outbox.waiting;
    if (first === undefined || this.#stopping.signal.aborted) return;
    const wait = Math.min(within, Math.max(0, first.nextTry - clock.now()));
    this.#timer = clock.setTimer(wait, () => {
      drop(
        this.#turns.run(() => this.#deliverFirst(first.id)),
        this.#parts.report,
      );
    });
  }

  async #deliverFirst(id: string): Promise<void> {
    const { outbox, webhook, onGone, clock, random } = this.#parts;
    const target = webhook();
    const [first] = outbox.waiting;
    if (first?.id !== id || target?.enabled !== true || this.#stopping.signal.aborted) return;
    const result = await this.#post(target, first);
    // A stop is no failure of the receiver: the message is sent again after the next start.
    if (this.#stopping.signal.aborted && !result.ok) return;
    const tried = this.#tried(first.event, result);
    try {
      if (result.ok) await outbox.delivered(id, tried);
      else if (first.tries + 1 >= MOST_TRIES) await outbox.giveUp(id, tried);
      else {
        const pause = backoffDelay(first.tries, RETRY, random());
        await outbox.retryAt(id, clock.now() + pause, tried);
      }
      if (result.status === GONE) await onGone();
    } finally {
      this.#next();
    }
  }

  #post(target: StoredWebhook, message: Message): Promise<TryResult> {
    return post(target, message, this.#parts.clock.now(), this.#stopping.signal);
  }

  #tried(event: string, result: TryResult): WebhookTry {
    return { at: this.#parts.clock.now() / 1000, event, ...result };
  }
}
