import * as z from "zod";
import { PrinterId } from "../domain/ids.ts";
import { method } from "./method.ts";

/** What a webhook can be told of; `docs/automation.md` says what each carries. */
export const WebhookEvent = z.enum([
  "print.started",
  "print.ended",
  "attention",
  "queue.empty",
  "printer.offline",
  "printer.online",
]);
export type WebhookEvent = z.output<typeof WebhookEvent>;

/** One try at a delivery. */
export const WebhookTry = z.object({
  /** Unix seconds. */
  at: z.number(),
  event: z.string(),
  ok: z.boolean(),
  /** HTTP status; null when there was no answer. */
  status: z.int().nullable(),
  /** What failed and what to check; empty when nothing did. */
  detail: z.string(),
});
export type WebhookTry = z.output<typeof WebhookTry>;

export const WebhookView = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  events: z.array(WebhookEvent),
  /** Only news of these printers; null = of all. */
  printers: z.array(PrinterId).nullable(),
  enabled: z.boolean(),
  /** Unix seconds. */
  created: z.number(),
  /** Deliveries that are still to be made. */
  waiting: z.int(),
  /** Deliveries given up, or pushed out by newer ones. */
  lost: z.int(),
  last: WebhookTry.nullable(),
  /** Unix seconds of the next try; null when nothing waits. */
  next_try: z.number().nullable(),
});
export type WebhookView = z.output<typeof WebhookView>;

const Url = z
  .string()
  .max(2000)
  .refine((text) => /^https?:$/.test(protocolOf(text)), "must be an http or https address")
  .describe("where events are posted to, http or https");
const Name = z.string().trim().min(1).max(60);
const Events = z.array(WebhookEvent).min(1).describe("which events; all unless given");
const Printers = z.array(PrinterId).min(1).max(1000).nullable();
const id = z.string().max(60);

const admin = { target: "host", scope: "admin", mutates: true } as const;

/** Messages to other programs when something happens. */
export const farmWebhookMethods = {
  "farm.webhooks.list": method({
    ...admin,
    mutates: false,
    summary: "List webhooks with what waits to be delivered and how the last try went",
    params: z.strictObject({}),
    result: z.object({ webhooks: z.array(WebhookView) }),
    http: { verb: "GET", path: "/farm/webhooks" },
  }),
  "farm.webhooks.create": method({
    ...admin,
    summary: "Have events posted to an address; the secret that signs them is told once",
    params: z.strictObject({
      name: Name,
      url: Url,
      events: Events.default([...WebhookEvent.options]),
      printers: Printers.default(null).describe("only news of these printers"),
    }),
    result: z.object({ secret: z.string(), view: WebhookView }),
    http: { verb: "POST", path: "/farm/webhooks" },
  }),
  "farm.webhooks.update": method({
    ...admin,
    summary: "Change a webhook; what is left out stays. Disabled, it collects nothing new",
    params: z.strictObject({
      id,
      name: Name.optional(),
      url: Url.optional(),
      events: Events.optional(),
      printers: Printers.optional(),
      enabled: z.boolean().optional(),
    }),
    result: WebhookView,
  }),
  "farm.webhooks.remove": method({
    ...admin,
    summary: "Remove a webhook with what it had still to deliver",
    params: z.strictObject({ id }),
    result: z.object({ removed: z.string() }),
  }),
  "farm.webhooks.test": method({
    ...admin,
    summary: "Post a `test` event now, once, and answer how it went",
    params: z.strictObject({ id }),
    result: WebhookTry,
  }),
};

function protocolOf(text: string): string {
  return /^\s*([a-z]+:)\/\/[^/@\s]+(?:[/?#]|$)/i.exec(text)?.[1]?.toLowerCase() ?? "";
}
