import type { WebhookEvent, WebhookTry, WebhookView } from "#shared/contract/farmWebhooks.ts";
import type { PrinterId } from "#shared/domain/ids.ts";

export interface NewWebhook {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly printers: readonly PrinterId[] | null;
}

export type WebhookEdit = Partial<NewWebhook> & { readonly enabled?: boolean };

/**
 * Messages to other programs. Each is signed, kept on disk until its receiver has answered 2xx, and sent
 * again with growing pauses; one webhook's messages arrive in the order things happened, at least once.
 */
export interface Webhooks {
  list(): readonly WebhookView[];
  /** The only time the secret is told. Rejects with `bad_request` when there are too many. */
  create(webhook: NewWebhook): Promise<{ readonly secret: string; readonly view: WebhookView }>;
  /** These reject with `not_found`. */
  update(id: string, edit: WebhookEdit): Promise<WebhookView>;
  remove(id: string): Promise<void>;
  /** Posts a `test` event once, past the queue, and resolves to how it went. */
  test(id: string): Promise<WebhookTry>;
}
