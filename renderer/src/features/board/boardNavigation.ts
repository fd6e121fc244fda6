import type { PrinterView } from "#shared/contract/farm.ts";
import type { InjectionKey } from "vue";

/** The columns as they stand, for keys that lead from one to another. Absent where a column stands alone. */
export interface BoardNavigation {
  /** The printer beside another one, in the order shown; undefined at the edge. */
  readonly neighbour: (printer: string, step: -1 | 1) => PrinterView | undefined;
  /** Brings a column into view and gives it the keyboard, at a line of its queue where it has one. */
  readonly focusColumn: (printer: string, line?: number) => void;
}

export const BOARD_NAVIGATION: InjectionKey<BoardNavigation> = Symbol("board navigation");
