import { randomUUID } from "node:crypto";
import type { WebhookTry, WebhookView } from "#shared/contract/farmWebhooks.ts";
import type { PrinterView } from "#shared/contract/farm.ts";
import { AttemptId, PrinterId } from "#shared/domain/ids.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { Farm } from "../engine/farm.ts";
import type { Logger } from "../log/logger.ts";
import type { HistoryStore } from "../store/historyStore.ts";
import type { SettingsStore } from "../store/settingsStore.ts";
import { endOf, type FarmEvent, firstSight, tell, type Told } from "./webhookEvents.ts";
import { WebhookOutbox } from "./webhookOutbox.ts";
import { type StoredWebhook, WebhookRegistry } from "./webhookRegistry.ts";
import { WebhookRunner } from "./webhookRunner.ts";
import type { NewWebhook, WebhookEdit, Webhooks } from "./webhooks.ts";

/** Ends of prints a printer may have had while nobody told of them. */
const MOST_MISSED = 100;
/** The last ended attempt told of, per printer. */
const TOLD_SETTING = "webhooks_told";
const ToldEnds = z.record(PrinterId, AttemptId);
type ToldEnds = z.output<typeof ToldEnds>;

export interface FarmWebhooksParts {
  readonly farm: Pick<Farm, "printers" | "get" | "onDidChange">;
  readonly history: Pick<HistoryStore, "list">;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

interface Sender {
  readonly outbox: WebhookOutbox;
  readonly runner: WebhookRunner;
}

/**
 * The farm's news as webhooks. Ends of prints are taken from the history, with a note of the last one told:
 * one that ended just before a crash is told after it.
 */
export class FarmWebhooks implements Webhooks {
  readonly #parts: FarmWebhooksParts;
  readonly #registry: WebhookRegistry;
  readonly #senders = new Map<string, Sender>();
  readonly #told = new Map<PrinterId, Told>();
  readonly #revisions = new Map<PrinterId, number>();
  readonly #turns = new Sequencer();
  readonly #subscriptions = new DisposableStore();

  constructor(parts: FarmWebhooksParts) {
    this.#parts = parts;
    this.#registry = new WebhookRegistry(parts.settings, parts.clock);
  }

  start(): void {
    const { farm } = this.#parts;
    for (const webhook of this.#registry.list()) this.#sender(webhook.id).runner.start();
    for (const printer of farm.printers) {
      const view = printer.view();
      this.#told.set(view.id, firstSight(view));
      this.#lookAtHistory(view);
    }
    this.#subscriptions.add(
      farm.onDidChange(({ id, view }) => {
        if (view === null) this.#forget(id);
        else this.#look(view);
      }),
    );
  }

  async stop(): Promise<void> {
    this.#subscriptions.dispose();
    await this.#turns.idle();
    await Promise.all([...this.#senders.values()].map(({ runner }) => runner.stop()));
  }

  list(): readonly WebhookView[] {
    return this.#registry.list().map((webhook) => this.#view(webhook));
  }

  async create(wanted: NewWebhook): Promise<{ secret: string; view: WebhookView }> {
    // What ended before there was anyone to tell is no news to the first one.
    if (this.#registry.list().length === 0) {
      await this.#turns.run(async () => {
        for (const { id } of this.#parts.farm.printers) await this.#noteEnds(id);
      });
    }
    const webhook = await this.#registry.create(wanted);
    return { secret: webhook.secret, view: this.#view(webhook) };
  }

  async update(id: string, edit: WebhookEdit): Promise<WebhookView> {
    const webhook = await this.#registry.update(id, edit);
    this.#sender(id).runner.retryNow();
    return this.#view(webhook);
  }

  async remove(id: string): Promise<void> {
    await this.#registry.remove(id);
    const { runner, outbox } = this.#sender(id);
    this.#senders.delete(id);
    await runner.stop();
    await outbox.forget();
  }

  async test(id: string): Promise<WebhookTry> {
    const { name } = this.#registry.get(id);
    const body = this.#bodyOf("test", { webhook: name });
    return this.#sender(id).runner.tryOnce({ id: `msg_${randomUUID()}`, body }, "test");
  }

  #look(view: PrinterView): void {
    const before = this.#told.get(view.id);
    const { told, news } =
      before === undefined ? { told: firstSight(view), news: [] } : tell(before, view);
    this.#told.set(view.id, told);
    for (const event of news) this.#publish(event);
    if (this.#revisions.get(view.id) !== view.queue.revision) this.#lookAtHistory(view);
  }

  #forget(id: PrinterId): void {
    this.#told.delete(id);
    this.#revisions.delete(id);
  }

  /** Tells of ended prints that nobody was told of yet, oldest first. */
  #lookAtHistory({ id, name, queue }: PrinterView): void {
    this.#revisions.set(id, queue.revision);
    if (this.#registry.list().length === 0) return;
    this.#inTurn(async () => {
      const last = this.#toldEnds()[id];
      const { history } = this.#parts;
      const [newest] = history.list({ printer: id }, 1).attempts;
      if (last !== undefined && newest !== undefined && newest.id !== last) {
        const news = history
          .list({ printer: id }, MOST_MISSED)
          // What ended before its start was sent was no print.
          .attempts.filter((attempt) => attempt.id > last && attempt.startSentAt !== null)
          .toSorted((a, b) => (a.id < b.id ? -1 : 1));
        for (const attempt of news) await this.#deliver(endOf(attempt, name));
      }
      await this.#noteEnds(id);
    });
  }

  /** What has ended on a printer by now has been told. */
  async #noteEnds(id: PrinterId): Promise<void> {
    const { history, settings } = this.#parts;
    const ends = this.#toldEnds();
    const told = history.list({ printer: id }, 1).attempts[0]?.id ?? NO_ATTEMPT;
    if (ends[id] === undefined || told > ends[id]) {
      await settings.set(TOLD_SETTING, { ...ends, [id]: told });
    }
  }

  #toldEnds(): ToldEnds {
    return ToldEnds.safeParse(this.#parts.settings.get(TOLD_SETTING)).data ?? {};
  }

  #publish(event: FarmEvent): void {
    this.#inTurn(() => this.#deliver(event));
  }

  /** One after another, in the order they happened; a full disk is reported and ends nothing. */
  #inTurn(task: () => Promise<void>): void {
    drop(this.#turns.run(task), this.#report);
  }

  async #deliver({ event, printer, key, data }: FarmEvent): Promise<void> {
    const body = this.#bodyOf(event, data);
    const id = `msg_${key ?? randomUUID()}`;
    const nextTry = this.#parts.clock.now();
    const wanting = this.#registry
      .list()
      .filter(
        ({ enabled, events, printers }) =>
          enabled && events.includes(event) && printers?.includes(printer) !== false,
      );
    await Promise.all(
      wanting.map((webhook) =>
        this.#sender(webhook.id).runner.add({ id, event, body, tries: 0, nextTry }),
      ),
    );
  }

  #bodyOf(type: string, data: FarmEvent["data"]): string {
    const timestamp = new Date(this.#parts.clock.now()).toISOString();
    return JSON.stringify({ type, timestamp, data });
  }

  #sender(id: string): Sender {
    const present = this.#senders.get(id);
    if (present !== undefined) return present;
    const { settings, clock, random } = this.#parts;
    const outbox = new WebhookOutbox(settings, id);
    const runner = new WebhookRunner({
      outbox,
      webhook: () => this.#registry.list().find((webhook) => webhook.id === id),
      onGone: () => this.#registry.update(id, { enabled: false }),
      clock,
      random,
      report: this.#report,
    });
    const sender = { outbox, runner };
    this.#senders.set(id, sender);
    return sender;
  }

  #view(webhook: StoredWebhook): WebhookView {
    const { id, name, url, events, printers, enabled, created } = webhook;
    const { outbox } = this.#sender(id);
    const [first] = outbox.waiting;
    return {
      id,
      name,
      url,
      events,
      printers,
      enabled,
      created: created / 1000,
      waiting: outbox.waiting.length,
      lost: outbox.lost,
      last: outbox.last,
      next_try: first === undefined || !enabled ? null : first.nextTry / 1000,
    };
  }

  readonly #report = (error: unknown): void => {
    this.#parts.logger.error("a webhook could not be kept", { error: messageOf(error) });
  };
}

/** Before every attempt there will ever be: ids start with the time. */
const NO_ATTEMPT = "0".repeat(16);
