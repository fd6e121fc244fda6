import type { Locator, Page } from "playwright-core";
import type { FakeBoardHost } from "../../support/fakeBoardHost.ts";

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

/**
 * A click of the mouse where an element is. Playwright's own click asks the page first whether it would
 * arrive, by hit tests that cost the page more than the click itself.
 */
async function click(
  target: Locator,
  at?: { readonly x: number; readonly y: number },
): Promise<void> {
  const { x, y } = await placeIn(target, at);
  await target.page().mouse.click(x, y);
}

async function placeIn(target: Locator, at?: { readonly x: number; readonly y: number }) {
  const box = await target.boundingBox();
  if (box === null) throw new Error(`Nothing to be seen of ${String(target)}`);
  const { x, y } = at ?? { x: box.width / 2, y: box.height / 2 };
  return { x: box.x + x, y: box.y + y };
}

/** By the address, without loading the page anew; nothing of the shift before is left open. */
export async function go(page: Page, screen: string): Promise<void> {
  await page.keyboard.press("Escape");
  await page.evaluate(`location.hash = "#/board"`);
  await click(page.getByTestId("filter-all"));
  await page.evaluate(`location.hash = "#/${screen}"`);
}
const testId = (id: string) => (page: Page) => click(page.getByTestId(id).first());

/** Lines of the first queue, the filters, a printer's panel and back. */
const onBoard: Shift = async (page, until) => {
  await go(page, "board");
  await page.locator("article").first().waitFor();
  return clickThrough(page, until, [
    (at, round) => click(at.locator("[data-row]").nth(round % 4), { x: 120, y: 12 }),
    testId("filter-printing"),
    (at) => click(at.locator("article [data-testid='open-panel']").nth(1)),
    testId("close-panel"),
    testId("filter-idle"),
    testId("filter-all"),
  ]);
};

/** One tile after another of those that are surely in view. */
const tile = (printers: number) => (page: Page, round: number) =>
  click(
    page.locator(".place:not(.parked) > [data-tile]").nth((round * 7) % Math.min(200, printers)),
  );

/** All tiles leave and come back, and a panel opens beside them. */
const onWall =
  (printers: number): Shift =>
  async (page, until) => {
    await go(page, "wall");
    await page.locator(".place:not(.parked) > [data-tile]").first().waitFor();
    return clickThrough(page, until, [
      testId("filter-idle"),
      testId("filter-all"),
      tile(printers),
      testId("close-panel"),
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

export function shiftsWith(printers: number): readonly (readonly [string, Shift])[] {
  return [
    ["board", onBoard],
    ["wall", onWall(printers)],
    ["from screen to screen", acrossScreens],
  ];
}

/** Turns the wheel over the window of a list, some screens on, and clicks a line in view. */
async function wheelAndClick(page: Page, list: Locator, round: number): Promise<void> {
  const { x, y } = await placeIn(list, { x: 60, y: 70 });
  await page.mouse.move(x, y);
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
        (at, round) => wheelAndClick(at, column.getByRole("grid").locator(".."), round),
      ]);
    },
  ];
}

/** Fifty thousand ended prints: scrolled by the wheel, lines opened. */
export const longHistory: Shift = async (page, until) => {
  await go(page, "history");
  await page.getByTestId("history-row").nth(4).waitFor();
  const list = page.getByRole("rowgroup");
  return clickThrough(page, until, [(at, round) => wheelAndClick(at, list, round)]);
};

/**
 * The host goes and comes back, while somebody opens printers on the wall: three hundred tiles turn grey,
 * and are all replaced when it is there again.
 */
export function lostHost(host: FakeBoardHost, printers: number): Shift {
  return async (page, until) => {
    await go(page, "wall");
    await page.locator(".place:not(.parked) > [data-tile]").first().waitFor();
    const port = Number(new URL(page.url()).port);
    const banner = page.getByTestId("connection-lost");
    const back = async (): Promise<void> => {
      await host.start(port);
      host.tick(250);
    };
    const clicks = await clickThrough(page, until, [
      async (at, round) => {
        await host.stop();
        await banner.waitFor();
        await tile(printers)(at, round);
      },
      testId("close-panel"),
      async () => {
        await back();
        // The page tries again by itself, later each time; somebody who is there does not wait for it.
        await page.evaluate(`document.querySelector("[data-testid=retry-now]")?.click()`);
        await banner.waitFor({ state: "detached" });
      },
      testId("filter-attention"),
      testId("filter-all"),
    ]);
    if (!host.listening) await back();
    return clicks;
  };
}
