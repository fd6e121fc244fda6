import { useMessages } from "../i18n/messages.ts";
import { useToastStore } from "../stores/toastStore.ts";

/**
 * Runs what may fail and never rejects: a failure becomes a toast that says what was not done (`what`, in
 * the reader's words) and why.
 */
export type Attempt = (what: string, run: () => Promise<void>) => Promise<void>;

export function useAttempt(): Attempt {
  const { t, said } = useMessages();
  const toasts = useToastStore();
  return async (what, run) => {
    try {
      await run();
    } catch (error) {
      toasts.show({ tone: "bad", text: t("done.failed", { what, reason: said(error) }) });
    }
  };
}
