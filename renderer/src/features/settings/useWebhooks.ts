import type { WebhookView } from "#shared/contract/farmWebhooks.ts";
import type { ParamsInput } from "#shared/contract/index.ts";
import { onMounted, onUnmounted, type ShallowRef, shallowRef } from "vue";
import { useHost } from "../../app/hostAccess.ts";
import { useAttempt } from "../../app/useAttempt.ts";
import { useWhenConnected } from "../../app/useWhenConnected.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useToastStore } from "../../stores/toastStore.ts";

export type WebhookForm = Required<
  Pick<ParamsInput<"farm.webhooks.create">, "name" | "url" | "events" | "printers">
>;

/** Milliseconds: deliveries are news to nobody but who looks at them. */
const LOOK_EVERY = 5_000;

export interface WebhookList {
  readonly webhooks: Readonly<ShallowRef<readonly WebhookView[] | undefined>>;
  /** The secret of the webhook just made, until another is made or the screen is left. */
  readonly made: Readonly<ShallowRef<{ readonly name: string; readonly secret: string } | null>>;
  /** Ids of webhooks being tested. */
  readonly testing: Readonly<ShallowRef<ReadonlySet<string>>>;
  /** Makes a webhook, or changes one; resolves to what was wrong, in words. */
  readonly save: (form: WebhookForm, id?: string) => Promise<string | undefined>;
  readonly enable: (webhook: WebhookView, enabled: boolean) => Promise<void>;
  readonly test: (webhook: WebhookView) => Promise<void>;
  readonly remove: (webhook: WebhookView) => Promise<void>;
}

/** The host's webhooks, looked at again while the screen is open. */
export function useWebhooks(): WebhookList {
  const { t, said } = useMessages();
  const { call } = useHost();
  const toasts = useToastStore();
  const tell = useAttempt();
  const webhooks = shallowRef<readonly WebhookView[]>();
  const made = shallowRef<WebhookList["made"]["value"]>(null);
  const testing = shallowRef<ReadonlySet<string>>(new Set());
  let timer: number | undefined;

  async function load(): Promise<void> {
    webhooks.value = (await call("farm.webhooks.list", {})).webhooks;
  }
  const attempt = (run: () => Promise<void>): Promise<void> => tell(t("webhooks.title"), run);
  useWhenConnected(() => void attempt(load));
  onMounted(() => {
    // A look that fails in between is no news: the next one may not.
    timer = window.setInterval(() => void load().catch(() => undefined), LOOK_EVERY);
  });
  onUnmounted(() => window.clearInterval(timer));

  return {
    webhooks,
    made,
    testing,
    async save(form, id) {
      try {
        if (id === undefined) {
          const { secret, view } = await call("farm.webhooks.create", form);
          made.value = { name: view.name, secret };
        } else await call("farm.webhooks.update", { id, ...form });
        await load();
        return undefined;
      } catch (error) {
        return said(error);
      }
    },
    enable: ({ id }, enabled) =>
      attempt(async () => {
        await call("farm.webhooks.update", { id, enabled });
        await load();
      }),
    test: ({ id, name }) =>
      attempt(async () => {
        testing.value = new Set([...testing.value, id]);
        try {
          const { ok, detail } = await call("farm.webhooks.test", { id });
          if (ok) toasts.show({ text: t("webhooks.tested", { name }) });
          else {
            const reason = said(detail);
            toasts.show({ tone: "bad", text: t("webhooks.testFailed", { name, reason }) });
          }
        } finally {
          testing.value = new Set([...testing.value].filter((other) => other !== id));
        }
        await load();
      }),
    remove: ({ id, name }) =>
      attempt(async () => {
        await call("farm.webhooks.remove", { id });
        toasts.show({ text: t("webhooks.removed", { name }) });
        await load();
      }),
  };
}
