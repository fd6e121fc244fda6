import type { PrinterView } from "#shared/contract/farm.ts";
import { usePageKeys } from "../../ui/usePageKeys.ts";
import { isBusy } from "./useColumnDigits.ts";

/** Where a column's question is answered, the button of its first answer. */
const ANSWER = "[data-answers] button";

/**
 * The key `a` leads to the next printer that needs a person, from wherever one is, and to the first answer of
 * its question: Enter gives it. So a whole round of the farm is a, Enter, a, Enter.
 */
export function useAnswerKey(
  printers: () => readonly PrinterView[],
  focusAt: (index: number) => Promise<HTMLElement | undefined>,
): void {
  function onKey(event: KeyboardEvent): void {
    if (event.key !== "a" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.defaultPrevented || isBusy(event.target)) return;
    const all = printers();
    const index = nextAsking(all, placeOf(event.target, all));
    if (index === undefined) return;
    event.preventDefault();
    void focusAt(index).then((column) => column?.querySelector<HTMLElement>(ANSWER)?.focus());
  }

  usePageKeys(onKey);
}

/** The column after which the search begins; one whose question has not been reached comes first itself. */
function placeOf(target: EventTarget | null, printers: readonly PrinterView[]): number {
  if (!(target instanceof HTMLElement)) return -1;
  const column = target.closest<HTMLElement>("article[data-testid^='printer-']");
  const at = printers.findIndex(({ id }) => column?.dataset["testid"] === `printer-${id}`);
  const isAhead = column !== null && column.querySelector(ANSWER) !== null;
  return isAhead && target.closest("[data-answers]") === null ? at - 1 : at;
}

function nextAsking(printers: readonly PrinterView[], place: number): number | undefined {
  const asks = (printer: PrinterView): boolean => printer.attention.length > 0;
  const after = printers.findIndex((printer, index) => index > place && asks(printer));
  const index = after >= 0 ? after : printers.findIndex(asks);
  return index < 0 ? undefined : index;
}
