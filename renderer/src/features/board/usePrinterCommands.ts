import type { PrinterView } from "#shared/contract/farm.ts";
import type { Decision } from "#shared/domain/attempt.ts";
import type { AttemptId } from "#shared/domain/ids.ts";
import { useHost } from "../../app/hostAccess.ts";
import { useAttempt } from "../../app/useAttempt.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";
import { graceOf } from "./graceOf.ts";

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
  const attempt = useAttempt();
  const { t, said } = useMessages();

  const about = (printer: PrinterView, action: string): string => `${printer.name}, ${action}`;

  return {
    attempt,

    setArmed: (printer: PrinterView, armed: boolean) =>
      attempt(about(printer, armed ? t("queue.start") : t("queue.pause")), async () => {
        const method = armed ? "farm.queue.start" : "farm.queue.pause";
        farm.applyQueue(printer.id, await call(method, { printer: printer.id }));
      }),

    /** `good`: parts counted on the plate; undefined = not counted. */
    decide: (printer: PrinterView, id: AttemptId, decision: Decision, good?: number) =>
      attempt(about(printer, t(`decision.${decision}`)), async () => {
        const counted = good === undefined ? {} : { good_parts: good };
        const params = { printer: printer.id, attempt: id, decision, ...counted };
        farm.applyQueue(printer.id, await call("farm.queue.decide", params));
      }),

    /** At once instead of at the next retry. */
    reconnect: (printer: PrinterView) =>
      attempt(about(printer, t("link.reconnect")), async () => {
        farm.applyView(await call("farm.printers.reconnect", { printer: printer.id }));
      }),

    setService: (printer: PrinterView, out: boolean) =>
      attempt(about(printer, t(out ? "service.takeOut" : "service.putBack")), async () => {
        const options = { out_of_service: out };
        farm.applyView(await call("farm.printers.update", { printer: printer.id, options }));
      }),

    adopt: (printer: PrinterView, choice: "import" | "leave") =>
      attempt(about(printer, t(`master.${choice}`)), async () => {
        farm.applyView(await call("farm.printers.adopt", { printer: printer.id, choice }));
      }),

    takeOver: (printer: PrinterView) =>
      attempt(about(printer, t("master.takeOver")), async () => {
        farm.applyView(await call("farm.printers.take_over", { printer: printer.id }));
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

    /** `firmware`: also the controllers, the way out of a shutdown. */
    restart: (printer: PrinterView, kind: "klippy" | "firmware") =>
      attempt(about(printer, t(`notice.${kind}Restart`)), async () => {
        const method = kind === "klippy" ? "printer.restart" : "printer.firmware_restart";
        await call(method, { printer: printer.id });
      }),

    undoClear,

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

    /** Clears the plate by the revision that was on screen. `good`: parts counted; undefined = not counted. */
    clearPlate: (printer: PrinterView, good?: number) =>
      attempt(about(printer, t("plate.confirm")), async () => {
        const cleared = await call("farm.plate.set", {
          printer: printer.id,
          state: "clear",
          revision: printer.plate.revision,
          grace: true,
          ...(good === undefined ? {} : { good_parts: good }),
        });
        farm.applyView(cleared);
        // While a start is pending, the column itself shows Undo for as long as it can be taken back.
        if (graceOf(cleared) !== null) return;
        const starts = cleared.queue.armed && cleared.queue.rows.some((row) => row.hold === null);
        if (starts) return;
        toasts.show({
          tone: "good",
          text: t("plate.cleared", { name: printer.name }),
          duration: 6000,
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
        const text = t("done.notStopped", { name, reason: said(error) });
        toasts.show({ tone: "bad", text });
      }
    },
  };

  /** Makes a plate occupied again that was called clear. */
  function undoClear(cleared: PrinterView): Promise<void> {
    return attempt(about(cleared, t("plate.undo")), async () => {
      const params = { state: "occupied", revision: cleared.plate.revision } as const;
      farm.applyView(await call("farm.plate.set", { printer: cleared.id, ...params }));
      toasts.show({ text: t("plate.undone", { name: cleared.name }) });
    });
  }
}
