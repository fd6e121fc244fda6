import type { Locator, Page } from "playwright-core";

/** A person at the board: clicks one thing after the other, and says how often. */
export type Shift = (page: Page, until: number) => Promise<number>;

/** Milliseconds between two clicks. */
const PAUSE = 350;

/** Clicks through `steps` over and over until `until` (of performance.now). Whole rounds are not needed. */
async function clickThrough(
  page: Page,
  until: number,
  steps: readonly ((page: Page, round: number) => Promise<void>)[],
): Promise<number> {
  let clicks = 0;
  while (performance.now() < until) {
    for (const step of steps) {
      if (performance.now() >= until) break;
      await step(page, clicks);
      clicks++;
      await page.waitForTimeout(PAUSE);
    }
  }
  return clicks;
}

/** By the address, without loading the page anew; nothing of the shift before is left open. */
async function go(page: Page, screen: string): Promise<void> {
  await page.keyboard.press("Escape");
  await page.evaluate(`location.hash = "#/board"`);
  await page.getByTestId("filter-all").click();
  await page.evaluate(`location.hash = "#/${screen}"`);
}
const testId = (id: string) => (page: Page) => page.getByTestId(id).first().click();

/** Lines of the first queue, the filters, a printer's panel and back. */
const onBoard: Shift = async (page, until) => {
  await go(page, "board");
  await page.locator("article").first().waitFor();
  return clickThrough(page, until, [
    (at, round) =>
      at
        .locator("[data-row]")
        .nth(round % 4)
        .click({ position: { x: 120, y: 12 } }),
    testId("filter-printing"),
    (at) => at.locator("article [data-testid='open-panel']").nth(1).click(),
    (at) => at.getByTestId("close-panel").click(),
    testId("filter-idle"),
    testId("filter-all"),
  ]);
};

/** All tiles leave and come back, and a panel opens beside them. */
const onWall: Shift = async (page, until) => {
  await go(page, "wall");
  await page.locator("[data-tile]").first().waitFor();
  return clickThrough(page, until, [
    testId("filter-idle"),
    testId("filter-all"),
    (at, round) =>
      at
        .locator("[data-tile]")
        .nth((round * 7) % 200)
        .click(),
    (at) => at.getByTestId("close-panel").click(),
  ]);
};

/** From screen to screen by the rail. */
const acrossScreens: Shift = (page, until) =>
  clickThrough(
    page,
    until,
    ["wall", "library", "board", "history", "printers", "board", "settings"].map((screen) =>
      testId(`nav-${screen}`),
    ),
  );

export const SHIFTS: readonly (readonly [string, Shift])[] = [
  ["board", onBoard],
  ["wall", onWall],
  ["from screen to screen", acrossScreens],
];

/** Turns the wheel over a list, some screens on, and clicks a line in view. */
async function wheelAndClick(page: Page, lines: Locator, round: number): Promise<void> {
  await lines.first().hover({ position: { x: 60, y: 12 } });
  for (let turn = 0; turn < 3; turn++) await page.mouse.wheel(0, round % 12 < 9 ? 900 : -1800);
  await page.mouse.down();
  await page.mouse.up();
}

/** The queue of a thousand: scrolled by the wheel, lines chosen. */
export function longQueue(printer: string): readonly [string, Shift] {
  return [
    "a queue of 1,000",
    async (page, until) => {
      await go(page, "board");
      const column = page.getByTestId(`printer-${printer}`);
      await column.waitFor();
      return clickThrough(page, until, [
        (at, round) => wheelAndClick(at, column.locator("[data-row]"), round),
      ]);
    },
  ];
}

/** Fifty thousand ended prints: scrolled by the wheel, lines opened. */
export const longHistory: Shift = async (page, until) => {
  await go(page, "history");
  await page.getByTestId("history-row").nth(4).waitFor();
  return clickThrough(page, until, [
    (at, round) => wheelAndClick(at, at.getByTestId("history-row"), round),
  ]);
};
