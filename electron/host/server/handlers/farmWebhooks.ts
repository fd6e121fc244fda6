import type { farmWebhookMethods } from "#shared/contract/farmWebhooks.ts";
import type { HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";

/** Who is told of what happens. */
export function farmWebhookHandlers({
  webhooks,
}: HandlerParts): HandlersOf<typeof farmWebhookMethods> {
  return {
    "farm.webhooks.list": () => ({ webhooks: [...webhooks.list()] }),
    "farm.webhooks.create": (wanted) => webhooks.create(wanted),
    "farm.webhooks.update": ({ id, name, url, events, printers, enabled }) =>
      webhooks.update(id, {
        ...(name === undefined ? {} : { name }),
        ...(url === undefined ? {} : { url }),
        ...(events === undefined ? {} : { events }),
        ...(printers === undefined ? {} : { printers }),
        ...(enabled === undefined ? {} : { enabled }),
      }),
    "farm.webhooks.remove": async ({ id }) => {
      await webhooks.remove(id);
      return { removed: id };
    },
    "farm.webhooks.test": ({ id }) => webhooks.test(id),
  };
}
