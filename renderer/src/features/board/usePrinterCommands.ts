import type { PrinterView } from "#shared/contract/farm.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Decision } from "#shared/domain/attempt.ts";
import type { AttemptId } from "#shared/domain/ids.ts";
import { useHost } from "../../app/hostAccess.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";

/** The host answers within 2 s whether the stop went out; more is no answer. */
const STOP_TIMEOUT = 2500;

/**
 * What an operator can say to one printer. None of these rejects: a failure becomes a toast that says
 * what was not done and why.
 */
export function usePrinterCommands() {
  const { call } = useHost();
  const farm = useFarmStore();
  const toasts = useToastStore();
  const { t } = useMessages();

  async function attempt(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      toasts.show({ tone: "bad", text: t("done.failed", { what, reason: messageOf(error) }) });
    }
  }

  const about = (printer: PrinterView, action: string): string => `${printer.name}, ${action}`;

  return {
    attempt,

    setArmed: (printer: PrinterView, armed: boolean) =>
      attempt(about(printer, armed ? t("queue.start") : t("queue.pause")), async () => {
        const method = armed ? "farm.queue.start" : "farm.queue.pause";
        farm.applyQueue(printer.id, await call(method, { printer: printer.id }));
      }),

    decide: (printer: PrinterView, id: AttemptId, decision: Decision) =>
      attempt(about(printer, t(`decision.${decision}`)), async () => {
        const params = { printer: printer.id, attempt: id, decision };
        farm.applyQueue(printer.id, await call("farm.queue.decide", params));
      }),

    makeDefault: (printer: PrinterView) =>
      attempt(about(printer, t("printer.makeDefault")), async () => {
        await call("farm.printers.update", { printer: printer.id, is_default: true });
      }),

    /** With what waits in its queue, which the question before it has named. */
    remove: (printer: PrinterView) =>
      attempt(about(printer, t("printer.remove")), async () => {
        const force = printer.queue.rows.length > 0;
        await call("farm.printers.remove", { printer: printer.id, force });
        toasts.show({ text: t("printer.removed", { name: printer.name }) });
      }),

    pausePrint: (printer: PrinterView) =>
      attempt(about(printer, t("printer.pausePrint")), async () => {
        await call("printer.print.pause", { printer: printer.id });
      }),

    resumePrint: (printer: PrinterView) =>
      attempt(about(printer, t("printer.resumePrint")), async () => {
        await call("printer.print.resume", { printer: printer.id });
      }),

    cancelPrint: (printer: PrinterView) =>
      attempt(about(printer, t("printer.cancelPrint")), async () => {
        await call("printer.print.cancel", { printer: printer.id });
      }),

    /** Clears the plate by the revision that was on screen; Undo makes it occupied again. */
    clearPlate: (printer: PrinterView) =>
      attempt(about(printer, t("plate.confirm")), async () => {
        const cleared = await call("farm.plate.set", {
          printer: printer.id,
          state: "clear",
          revision: printer.plate.revision,
          grace: true,
        });
        farm.applyView(cleared);
        const starts = cleared.queue.armed && cleared.queue.rows.length > 0;
        const grace = cleared.options.clear_grace;
        if (starts && grace === 0) return;
        const values = { name: printer.name, seconds: grace };
        toasts.show({
          tone: "good",
          text: t(starts ? "plate.clearedNext" : "plate.cleared", values),
          duration: starts ? grace * 1000 : 6000,
          action: { label: t("plate.undo"), run: () => void undoClear(cleared) },
        });
      }),

    /** Past every queue and limit; the answer says whether the stop really went out. */
    emergencyStop: async (printer: PrinterView): Promise<void> => {
      const { name } = printer;
      try {
        const options = { timeout: STOP_TIMEOUT };
        await call("printer.emergency_stop", { printer: printer.id }, options);
        toasts.show({ tone: "good", text: t("done.stopped", { name }) });
      } catch (error) {
        const text = t("done.notStopped", { name, reason: messageOf(error) });
        toasts.show({ tone: "bad", text });
      }
    },
  };

  function undoClear(cleared: PrinterView): Promise<void> {
    return attempt(about(cleared, t("plate.undo")), async () => {
      const params = { state: "occupied", revision: cleared.plate.revision } as const;
      farm.applyView(await call("farm.plate.set", { printer: cleared.id, ...params }));
      toasts.show({ text: t("plate.undone", { name: cleared.name }) });
    });
  }
}
