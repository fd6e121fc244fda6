import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { BoardPage } from "../support/boardPage.ts";
import { boardStage } from "../support/boardStage.ts";
import { everyState, farmOf } from "../support/boardStates.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";

const now = (): number => Date.now() / 1000;

describe("screens that are kept behind others", () => {
  const openStage = boardStage();
  let page: Page;
  let host: FakeBoardHost;
  let board: BoardPage;

  async function open(printers = everyState(now())): Promise<void> {
    ({ page, board, host } = await openStage({ printers, live: true }));
    await board.column(0);
  }
  const to = (screen: string): Promise<void> => page.getByTestId(`nav-${screen}`).click();

  it("is where one left it: the same columns, at the same place", async () => {
    await open(farmOf(40, now()));
    const scroller = page.locator(".scroller").filter({ has: page.locator("article") });
    await scroller.evaluate((element) => element.scrollTo({ left: 2000 }));
    const [leftmost] = farmOf(1, now());
    await expect.poll(() => page.getByTestId(`printer-${leftmost?.id}`).count()).toBe(0);
    const first = board.columns().first();
    await first.evaluate((column) => column.setAttribute("data-seen", ""));
    await to("history");
    await page.getByTestId("history").waitFor();
    expect(await board.columns().first().isVisible()).toBe(false);
    expect(await board.accessibilityViolations()).toEqual([]);
    await to("board");
    await page.locator("article[data-seen]").waitFor();
    expect(await scroller.evaluate((element) => element.scrollLeft)).toBe(2000);
    expect(board.complaints).toEqual([]);
  });

  it("hears no keys, and has them again when it is seen", async () => {
    await open();
    const nothing = page.getByTestId("toast");
    await page.locator("[data-row]").first().click();
    await to("history");
    await page.getByTestId("history").waitFor();
    // With nothing to take back the board says so in a toast.
    for (const key of ["Delete", "h", "Control+z"]) await page.keyboard.press(key);
    await page.waitForTimeout(200);
    expect(await nothing.count()).toBe(0);
    const queueCalls = host.calls.filter(({ method }) => method.startsWith("farm.queue."));
    expect(queueCalls).toEqual([]);
    await to("board");
    // The screen that is new takes the focus when it has been painted.
    await page.locator("#board:focus").waitFor();
    await page.keyboard.press("Control+z");
    await nothing.waitFor();
    await page.keyboard.press("2");
    await expect.poll(() => page.locator("article:focus-within").count()).toBe(1);
  });

  it("keeps no text selected that nobody sees, which every picture would look for", async () => {
    await open();
    const heading = page.locator("article h2, article h3").first();
    await heading.evaluate((element) =>
      element.ownerDocument.getSelection()?.selectAllChildren(element),
    );
    const selected = (): Promise<unknown> => page.evaluate("String(getSelection())");
    expect(await selected()).not.toBe("");
    await to("history");
    await page.getByTestId("history").waitFor();
    await to("board");
    await page.locator("#board:focus").waitFor();
    expect(await selected()).toBe("");
  });

  it("has the keyboard at the column that the address names", async () => {
    const printers = everyState(now());
    await open(printers);
    await to("history");
    await page.getByTestId("history").waitFor();
    const wanted = printers[3]?.id ?? "";
    await page.evaluate(`location.hash = "#/board?printer=${wanted}"`);
    const column = page.getByTestId(`printer-${wanted}`);
    await column.and(page.locator(":focus-within")).waitFor();
    await page.waitForTimeout(200);
    expect(await column.and(page.locator(":focus-within")).count()).toBe(1);
  });

  it("leaves no dialog and no menu over the screen that the way back leads to", async () => {
    await open();
    await to("history");
    await to("board");
    await page.getByTestId("add-printer").click();
    await page.getByRole("dialog").waitFor();
    await page.goBack();
    await page.getByTestId("history").waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await to("board");
    await page.locator("[data-row]").first().click({ button: "right" });
    await page.getByRole("menu").waitFor();
    await page.goBack();
    await page.getByTestId("history").waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(board.complaints).toEqual([]);
  });

  it("shows what has changed meanwhile", async () => {
    const printers = everyState(now());
    await open(printers);
    await to("settings");
    await page.getByTestId("settings").waitFor();
    const [first] = printers;
    if (first === undefined) throw new Error("no printer");
    host.change({ ...first, name: "Renamed meanwhile" });
    await to("board");
    const renamed = board.columns().first().getByText("Renamed meanwhile").first();
    await renamed.waitFor();
    expect(await renamed.isVisible()).toBe(true);
  });

  it("draws the whole wall again, to its last tile", async () => {
    await open(farmOf(100, now()));
    await to("wall");
    const tiles = page.locator(".place:not(.parked) > [data-tile]");
    await expect.poll(() => tiles.count()).toBe(100);
    for (const screen of ["history", "board"]) {
      await to(screen);
      await page.getByTestId(`nav-${screen}`).and(page.locator("[aria-current]")).waitFor();
      await to("wall");
      // Not only there: nothing cuts it off where one would click.
      await tiles.last().click({ timeout: 5000 });
      await page.getByTestId("close-panel").click();
    }
    expect(board.complaints).toEqual([]);
  });

  it("has the printers where one left them, without a dialog, and as they are by now", async () => {
    const printers = farmOf(60, now());
    const wanted = printers[7];
    if (wanted === undefined) throw new Error("no printer");
    await open(printers);
    await to("printers");
    const search = page.getByTestId("printers-search");
    const rows = page.locator("[data-testid^='printer-row-']").filter({ visible: true });
    await search.fill(wanted.name);
    await expect.poll(() => rows.count()).toBeLessThan(10);
    await rows.first().locator("[data-part='name']").click();
    await page.getByRole("dialog").waitFor();
    await page.evaluate(`location.hash = "#/history"`);
    await page.getByTestId("history").waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await rows.count()).toBe(0);
    expect(await board.accessibilityViolations()).toEqual([]);
    host.change({ ...wanted, tags: ["moved-meanwhile"] });
    await to("printers");
    await page.getByText("moved-meanwhile").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await search.inputValue()).toBe(wanted.name);
    expect(board.complaints).toEqual([]);
  });
});
