import type { PrinterView } from "#shared/contract/farm.ts";
import { useMessages } from "../../i18n/messages.ts";
import type { MenuEntry } from "../../ui/menuEntry.ts";
import { useJobDialogStore } from "./jobDialogStore.ts";
import type { QueueItem } from "./queueItems.ts";
import type { SelectedJobs } from "./selectionStore.ts";
import { useJobCommands } from "./useJobCommands.ts";
import { useJobPlaces } from "./useJobPlaces.ts";

export interface JobMenuContext {
  readonly printer: PrinterView;
  readonly item: QueueItem | undefined;
  /** What the entries act on: everything selected when the line is part of it, else the line. */
  readonly jobs: readonly SelectedJobs[];
  readonly apart: boolean;
}

/** The menu of a line of a queue: the same actions as its keys, and what has no key. */
export function useJobMenu(
  context: () => JobMenuContext,
  split: () => void,
): () => readonly MenuEntry[] {
  const { t } = useMessages();
  const commands = useJobCommands();
  const places = useJobPlaces();
  const dialog = useJobDialogStore();

  return () => {
    const { printer, item, jobs, apart } = context();
    if (item === undefined) return [];
    const rows = jobs.flatMap((one) => one.rows);
    const locked = rows.every((row) => row.locked);
    const own = jobs.length === 1 && jobs[0]?.printer.id === printer.id;
    const held = rows.every((row) => row.hold !== null);
    const to = (place: "front" | "end" | -1 | 1) => () => void places.moveTo(printer, rows, place);
    const still = (place: "front" | "end" | -1 | 1): boolean =>
      locked || !own || !places.canMove(printer, rows, place);
    return [
      {
        key: "jump",
        label: t("queue.jump"),
        icon: "front",
        shortcut: "Alt Home",
        disabled: still("front"),
        run: to("front"),
      },
      {
        key: "up",
        label: t("queue.moveUp"),
        icon: "up",
        shortcut: "Alt ↑",
        disabled: still(-1),
        run: to(-1),
      },
      {
        key: "down",
        label: t("queue.moveDown"),
        icon: "down",
        shortcut: "Alt ↓",
        disabled: still(1),
        run: to(1),
      },
      {
        key: "to-end",
        label: t("queue.toEnd"),
        icon: "toEnd",
        shortcut: "Alt End",
        disabled: still("end"),
        run: to("end"),
      },
      {
        key: "move",
        label: t("bulk.moveTo"),
        icon: "columns",
        shortcut: "M",
        disabled: locked,
        run: () => dialog.ask("move", jobs),
      },
      {
        key: "copies",
        label: t("bulk.copies"),
        icon: "copies",
        shortcut: "C",
        disabled: locked,
        run: () => dialog.ask("copies", jobs),
      },
      {
        key: "note",
        label: t("note.change"),
        icon: "pen",
        shortcut: "N",
        disabled: locked,
        run: () => dialog.ask("note", jobs),
      },
      held
        ? {
            key: "release",
            label: t("bulk.release"),
            icon: "play",
            shortcut: "H",
            disabled: locked,
            run: () => void commands.hold(jobs, null),
          }
        : {
            key: "hold",
            label: t("bulk.hold"),
            icon: "pause",
            shortcut: "H",
            disabled: locked,
            run: () => void commands.hold(jobs, t("bulk.reason")),
          },
      ...(rows.some((row) => row.machine === "wrong" && row.hold !== null)
        ? [
            {
              key: "anyway",
              label: t("queue.printAnyway"),
              icon: "play",
              run: () => void commands.printAnyway(jobs),
            } as const,
          ]
        : []),
      ...(item.rows.length > 1 || apart
        ? [
            {
              key: "split",
              label: t(apart ? "queue.together" : "queue.apart"),
              icon: "copies",
              run: split,
            } as const,
          ]
        : []),
      {
        key: "remove",
        label: t("queue.remove"),
        icon: "trash",
        shortcut: "Del",
        danger: true,
        disabled: locked,
        run: () => void commands.remove(jobs),
      },
    ];
  };
}
