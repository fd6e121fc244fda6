import type { PrinterView, QueueRow } from "#shared/contract/farm.ts";
import type * as z from "zod";
import { computed, type ComputedRef } from "vue";
import { useMessages } from "../../i18n/messages.ts";
import type { MenuEntry } from "../../ui/AppMenu.vue";
import { useQueueCommands } from "./useQueueCommands.ts";

export interface RowContext {
  readonly printer: PrinterView;
  readonly row: z.output<typeof QueueRow>;
  readonly index: number;
}

export interface RowMoves {
  /** Moves the focus to the row above or below. */
  readonly walk: (step: -1 | 1) => void;
  /** Focuses a place once the queue has changed. */
  readonly settle: (index: number) => void;
  readonly openMenu: () => void;
}

/** A row's menu and its keys, which are two ways to the same actions. */
export function useRowActions(
  context: () => RowContext,
  moves: RowMoves,
): {
  readonly entries: ComputedRef<readonly MenuEntry[]>;
  readonly onKey: (event: KeyboardEvent) => void;
} {
  const { t } = useMessages();
  const commands = useQueueCommands();

  const run = (action: (context: RowContext) => Promise<number>): void => {
    const now = context();
    if (now.row.locked) return;
    void action(now).then((index) => moves.settle(index));
  };

  const up = (): void =>
    run(({ printer, row, index }) =>
      commands.moveBy(printer, row, -1).then(() => Math.max(0, index - 1)),
    );
  const down = (): void =>
    run(({ printer, row, index }) => commands.moveBy(printer, row, 1).then(() => index + 1));
  const front = (): void =>
    run(({ printer, row }) => commands.moveToFront(printer, row).then(() => 0));
  const toEnd = (): void =>
    run(({ printer, row }) =>
      commands.move(printer, row, null).then(() => printer.queue.rows.length - 1),
    );
  const remove = (): void =>
    run(({ printer, row, index }) => commands.remove(printer, row).then(() => index));

  const entries = computed((): readonly MenuEntry[] => {
    const { row, index, printer } = context();
    const last = index === printer.queue.rows.length - 1;
    const disabled = row.locked;
    const first = disabled || index === 0;
    const end = disabled || last;
    return [
      { key: "jump", label: t("queue.jump"), icon: "front", disabled: first, run: front },
      {
        key: "up",
        label: t("queue.moveUp"),
        icon: "up",
        shortcut: "Alt ↑",
        disabled: first,
        run: up,
      },
      {
        key: "down",
        label: t("queue.moveDown"),
        icon: "down",
        shortcut: "Alt ↓",
        disabled: end,
        run: down,
      },
      { key: "to-end", label: t("queue.toEnd"), icon: "toEnd", disabled: end, run: toEnd },
      {
        key: "remove",
        label: t("queue.remove"),
        icon: "trash",
        shortcut: "Del",
        danger: true,
        disabled,
        run: remove,
      },
    ];
  });

  function onKey(event: KeyboardEvent): void {
    const action = actionOf(event);
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  function actionOf(event: KeyboardEvent): (() => void) | undefined {
    switch (event.key) {
      case "ArrowUp":
        return event.altKey ? up : () => moves.walk(-1);
      case "ArrowDown":
        return event.altKey ? down : () => moves.walk(1);
      case "Delete":
        return remove;
      case "Enter":
        return moves.openMenu;
      default:
        return undefined;
    }
  }

  return { entries, onKey };
}
