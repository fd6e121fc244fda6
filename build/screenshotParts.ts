import type { Locator, Page } from "playwright-core";
import type { PrinterView } from "#shared/contract/farm.ts";
import { everyState, farmOf } from "../test/support/boardStates.ts";
import type { FakeBoardHost } from "../test/support/fakeBoardHost.ts";

/** What is photographed, and how the page gets there. */
export interface Shot {
  readonly name: string;
  readonly printers: readonly PrinterView[];
  readonly at: string;
  readonly theme?: "dark" | "light";
  readonly language?: "en" | "de";
  readonly size?: readonly [number, number];
  /** Instead of what a busy host answers. */
  readonly answers?: Readonly<Record<string, (params: unknown) => unknown>>;
  readonly act?: (page: Page, host: FakeBoardHost) => Promise<void>;
}
/** One matter, photographed at every size and in both themes. */
export type Scene = Omit<Shot, "theme" | "size">;

/** The moment of every picture, so that the same board gives the same picture: a Friday afternoon. */
export const NOW = Date.parse("2026-11-20T14:56:00+01:00") / 1000;
export const ZONE = "Europe/Berlin";

export const states = everyState(NOW);
export const six = states.slice(0, 6);
export const forty = farmOf(40, NOW);
export const byId = (page: Page, id: string): Locator => page.getByTestId(id).first();
export const click =
  (...ids: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const id of ids) await byId(page, id).click();
  };
