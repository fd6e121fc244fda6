import type { PrinterView } from "#shared/contract/farm.ts";
import { inject } from "vue";
import { useMessages } from "../../i18n/messages.ts";
import { BOARD_NAVIGATION } from "./boardNavigation.ts";
import { copiesOf, type QueueItem } from "./queueItems.ts";
import { type SelectedJobs, useSelectionStore } from "./selectionStore.ts";
import { useJobDialogStore } from "./jobDialogStore.ts";
import { useJobCommands } from "./useJobCommands.ts";
import { type Place, useJobPlaces } from "./useJobPlaces.ts";

export interface QueueKeysContext {
  readonly printer: PrinterView;
  readonly items: readonly QueueItem[];
}

export interface QueueKeysMoves {
  readonly focusLine: (index: number) => void;
  readonly openMenu: () => void;
  /** Gives the keyboard back to the active line once the queue has changed. */
  readonly settle: () => void;
}

/** Selection by mouse and keys, and every key of a line. */
export function useQueueKeys(context: () => QueueKeysContext, moves: QueueKeysMoves) {
  const { t } = useMessages();
  const selection = useSelectionStore();
  const commands = useJobCommands();
  const places = useJobPlaces();
  const dialog = useJobDialogStore();
  const navigation = inject(BOARD_NAVIGATION, null);

  const isSelected = (item: QueueItem): boolean =>
    item.rows.every((row) => selection.has(row.job_id));

  /** What an action on a line means: everything selected when the line is part of it, else the line. */
  function jobsAt(index: number): readonly SelectedJobs[] {
    const { printer, items } = context();
    const item = items[index];
    if (item === undefined) return [];
    return isSelected(item) ? selection.jobs : [{ printer, rows: item.rows }];
  }

  /** All lines from where the selection began to this one. */
  function extendTo(index: number): void {
    const { printer, items } = context();
    const from = items.findIndex((item) =>
      item.rows.some((row) => row.job_id === selection.anchor),
    );
    const start = from < 0 ? index : from;
    const range = items.slice(Math.min(start, index), Math.max(start, index) + 1);
    selection.only(printer.id, copiesOf(range), items[start]?.key ?? null);
  }

  function click(event: MouseEvent, index: number): void {
    const { printer, items } = context();
    const item = items[index];
    if (item === undefined) return;
    if (event.shiftKey) extendTo(index);
    else if (event.ctrlKey || event.metaKey) selection.toggle(printer.id, copiesOf([item]));
    else selection.only(printer.id, copiesOf([item]));
  }

  function step(active: number, by: -1 | 1, extend: boolean): void {
    const { items } = context();
    const next = Math.max(0, Math.min(items.length - 1, active + by));
    if (extend && selection.count === 0) extendTo(active);
    if (extend) extendTo(next);
    moves.focusLine(next);
  }

  function moveLine(active: number, place: Place): void {
    const { printer } = context();
    const own = jobsAt(active).find((jobs) => jobs.printer.id === printer.id);
    if (own === undefined) return;
    void places.moveTo(printer, own.rows, place);
    moves.settle();
  }

  /** To the column beside this one, with the keyboard alone or with the jobs too. */
  async function sideways(active: number, by: -1 | 1, carry: boolean): Promise<void> {
    const { printer } = context();
    const neighbour = navigation?.neighbour(printer.id, by);
    if (neighbour === undefined) return;
    if (!carry) {
      navigation?.focusColumn(neighbour.id, active);
      return;
    }
    const jobs = jobsAt(active);
    await commands.take(neighbour, jobs, null);
    navigation?.focusColumn(neighbour.id, Infinity);
  }

  function actionOf(event: KeyboardEvent, active: number): (() => void) | undefined {
    const { printer, items } = context();
    const item = items[active];
    if (item === undefined) return undefined;
    const command = event.ctrlKey || event.metaKey;
    if (command) {
      if (event.key === "a") return () => selection.only(printer.id, copiesOf(items));
      if (event.key === " ") return () => selection.toggle(printer.id, copiesOf([item]));
      return undefined;
    }
    const { altKey: alt, shiftKey: shift } = event;
    switch (event.key) {
      case "ArrowUp":
        return () => (alt ? moveLine(active, -1) : step(active, -1, shift));
      case "ArrowDown":
        return () => (alt ? moveLine(active, 1) : step(active, 1, shift));
      case "ArrowLeft":
        return () => void sideways(active, -1, alt);
      case "ArrowRight":
        return () => void sideways(active, 1, alt);
      case "Home":
        return () => (alt ? moveLine(active, "front") : moves.focusLine(0));
      case "End":
        return () => (alt ? moveLine(active, "end") : moves.focusLine(items.length - 1));
      case " ":
        return () => selection.toggle(printer.id, copiesOf([item]));
      case "Escape":
        return selection.count > 0 ? () => selection.clear() : undefined;
      case "Delete":
        return () => {
          void commands.remove(jobsAt(active));
          moves.settle();
        };
      case "Enter":
        return moves.openMenu;
      case "h": {
        const jobs = jobsAt(active);
        const held = jobs.every(({ rows }) => rows.every((row) => row.hold !== null));
        return () => void commands.hold(jobs, held ? null : t("bulk.reason"));
      }
      case "m":
        return () => dialog.ask("move", jobsAt(active));
      case "n":
        return () => dialog.ask("note", jobsAt(active));
      case "c":
        return () => dialog.ask("copies", jobsAt(active));
      default:
        return undefined;
    }
  }

  function onKey(event: KeyboardEvent): void {
    // Keys of what is inside a line, a button or a field, are not the line's.
    const line = event.target instanceof HTMLElement ? event.target.dataset["row"] : undefined;
    const action = line === undefined ? undefined : actionOf(event, Number(line));
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  return { onKey, click, isSelected, jobsAt };
}
