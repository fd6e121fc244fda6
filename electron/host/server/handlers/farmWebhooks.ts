import type { farmWebhookMethods } from "#shared/contract/farmWebhooks.ts";
import type { HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";

/** Who is told of what happens. That somebody is told, and where, is part of the trail of access. */
export function farmWebhookHandlers({
  webhooks,
  audit,
}: HandlerParts): HandlersOf<typeof farmWebhookMethods> {
  return {
    "farm.webhooks.list": () => ({ webhooks: [...webhooks.list()] }),
    "farm.webhooks.create": async (wanted, { actor }) => {
      const { secret, view } = await webhooks.create(wanted);
      const { id, name, url } = view;
      audit.note("webhook_created", actor, { webhook: id, name, address: originOf(url) });
      return { secret, view };
    },
    "farm.webhooks.update": async ({ id, name, url, events, printers, enabled }, { actor }) => {
      const view = await webhooks.update(id, {
        ...(name === undefined ? {} : { name }),
        ...(url === undefined ? {} : { url }),
        ...(events === undefined ? {} : { events }),
        ...(printers === undefined ? {} : { printers }),
        ...(enabled === undefined ? {} : { enabled }),
      });
      const address = originOf(view.url);
      const noted = { webhook: id, name: view.name, address, enabled: view.enabled };
      audit.note("webhook_changed", actor, noted);
      return view;
    },
    "farm.webhooks.remove": async ({ id }, { actor }) => {
      const name = webhooks.list().find((webhook) => webhook.id === id)?.name ?? null;
      await webhooks.remove(id);
      audit.note("webhook_removed", actor, { webhook: id, name });
      return { removed: id };
    },
    "farm.webhooks.test": ({ id }) => webhooks.test(id),
  };
}

/** Only where it goes: paths of such addresses are often secrets. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "";
}
