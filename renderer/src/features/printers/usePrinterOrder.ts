import type { PrinterView } from "#shared/contract/farm.ts";
import { useHost } from "../../app/hostAccess.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useAnnouncerStore } from "../../stores/announcerStore.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { usePrinterCommands } from "../board/usePrinterCommands.ts";

/** The order of the farm, which is that of the board's columns too. */
export function usePrinterOrder(): {
  readonly moveTo: (printer: PrinterView, place: number) => Promise<void>;
} {
  const { t } = useMessages();
  const { call } = useHost();
  const farm = useFarmStore();
  const announcer = useAnnouncerStore();
  const commands = usePrinterCommands();

  /**
   * Puts a printer at a place, from 0, and numbers those whose place that changes. All of them stand
   * there at once; when the host refuses, they go back to what it has.
   */
  async function moveTo(printer: PrinterView, place: number): Promise<void> {
    const ids = farm.ids.filter((id) => id !== printer.id);
    ids.splice(Math.min(ids.length, Math.max(0, place)), 0, printer.id);
    const moved = ids.flatMap((id, index) => {
      const view = farm.views.get(id);
      return view === undefined || view.order === index + 1 ? [] : [{ view, order: index + 1 }];
    });
    for (const { view, order } of moved) farm.applyView({ ...view, order });
    const stored = new Set<string>();
    await commands.attempt(printer.name, async () => {
      try {
        for (const { view, order } of moved) {
          farm.applyView(await call("farm.printers.update", { printer: view.id, order }));
          stored.add(view.id);
        }
      } finally {
        for (const { view } of moved) {
          const now = farm.views.get(view.id);
          if (now !== undefined && !stored.has(view.id)) {
            farm.applyView({ ...now, order: view.order });
          }
        }
      }
      announcer.say(t("printers.moved", { name: printer.name, place: place + 1 }));
    });
  }

  return { moveTo };
}
