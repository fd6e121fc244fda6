import { WebhookEvent, type WebhookView } from "#shared/contract/farmWebhooks.ts";
import type { Messages } from "../../i18n/messages.ts";

/** How a webhook's deliveries go, with the colour of it. */
export function deliveryState(
  { t, plural, said }: Messages,
  webhook: WebhookView,
  formatTime: (seconds: number) => string,
): { readonly tone: "green" | "red" | "grey"; readonly text: string } {
  const { enabled, last, waiting, next_try, lost } = webhook;
  const parts: string[] = [];
  if (!enabled) parts.push(t("webhooks.off"));
  if (last === null) parts.push(t("webhooks.never"));
  else {
    const time = formatTime(last.at);
    parts.push(
      last.ok
        ? t("webhooks.delivered", { time })
        : t("webhooks.failing", { time, reason: said(last.detail) }),
    );
  }
  if (waiting > 0) parts.push(plural("webhooks.waiting", waiting));
  if (next_try !== null) parts.push(t("webhooks.nextTry", { time: formatTime(next_try) }));
  if (lost > 0) parts.push(plural("webhooks.lost", lost));
  const tone = !enabled || last === null ? "grey" : last.ok ? "green" : "red";
  return { tone, text: parts.join(" · ") };
}

/** What a webhook is told, in one line. */
export function toldOf(
  { t, plural }: Messages,
  { events, printers }: Pick<WebhookView, "events" | "printers">,
): string {
  const what =
    events.length === WebhookEvent.options.length
      ? t("webhooks.everyEvent")
      : events.map((event) => t(`webhooks.event.${event}`)).join("; ");
  const whose =
    printers === null
      ? t("webhooks.everyPrinter")
      : plural("webhooks.somePrinters", printers.length);
  return `${what} · ${whose}`;
}
