import { randomBytes } from "node:crypto";
import { WebhookEvent } from "#shared/contract/farmWebhooks.ts";
import { PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";
import type { NewWebhook, WebhookEdit } from "./webhooks.ts";

const SETTING = "webhooks";
const MOST_WEBHOOKS = 20;

const StoredWebhook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  /** In the clear: it signs, so it cannot be a hash. */
  secret: z.string(),
  events: z.array(WebhookEvent),
  printers: z.array(PrinterId).nullable(),
  enabled: z.boolean(),
  /** Wall milliseconds. */
  created: z.number(),
});
export type StoredWebhook = z.output<typeof StoredWebhook>;

/** Who is to be told of what, kept with the settings. */
export class WebhookRegistry {
  readonly #settings: SettingsStore;
  readonly #clock: Clock;
  readonly #edits = new Sequencer();

  constructor(settings: SettingsStore, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Oldest first. Entries that do not parse are left out. */
  list(): readonly StoredWebhook[] {
    const stored = z.array(z.unknown()).safeParse(this.#settings.get(SETTING));
    if (!stored.success) return [];
    return stored.data.flatMap((entry) => {
      const parsed = StoredWebhook.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** Throws `not_found`. */
  get(id: string): StoredWebhook {
    const found = this.list().find((webhook) => webhook.id === id);
    if (found === undefined) {
      throw new AppError("not_found", "There is no such webhook; farm.webhooks.list names them.");
    }
    return found;
  }

  create({ name, url, events, printers }: NewWebhook): Promise<StoredWebhook> {
    return this.#edits.run(async () => {
      const present = this.list();
      if (present.length >= MOST_WEBHOOKS) {
        throw new AppError(
          "bad_request",
          `There are ${MOST_WEBHOOKS} webhooks already: remove one first.`,
        );
      }
      const webhook: StoredWebhook = {
        id: randomBytes(8).toString("hex"),
        name,
        url,
        secret: `whsec_${randomBytes(24).toString("base64")}`,
        events: [...events],
        printers: printers === null ? null : [...printers],
        enabled: true,
        created: this.#clock.now(),
      };
      await this.#settings.set(SETTING, [...present, webhook]);
      return webhook;
    });
  }

  /** Rejects with `not_found`. */
  update(id: string, edit: WebhookEdit): Promise<StoredWebhook> {
    return this.#edits.run(async () => {
      const changed = StoredWebhook.parse({ ...this.get(id), ...edit });
      const all = this.list().map((webhook) => (webhook.id === id ? changed : webhook));
      await this.#settings.set(SETTING, all);
      return changed;
    });
  }

  /** Rejects with `not_found`. */
  remove(id: string): Promise<void> {
    return this.#edits.run(async () => {
      this.get(id);
      const left = this.list().filter((webhook) => webhook.id !== id);
      await this.#settings.set(SETTING, left);
    });
  }
}
