import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import type { BoardPage } from "../support/boardPage.ts";
import { boardStage } from "../support/boardStage.ts";
import { everyState, farmOf } from "../support/boardStates.ts";
import { screenshot } from "../support/chromium.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";

const now = (): number => Date.now() / 1000;

describe("the wall and a printer's panel", () => {
  const openStage = boardStage();
  let host: FakeBoardHost;
  let page: Page;
  let board: BoardPage;

  async function open(
    printers: readonly PrinterView[],
    screen: "board" | "wall",
    theme: "dark" | "light" = "dark",
  ): Promise<void> {
    const size = [1920, 1080] as const;
    ({ host, page, board } = await openStage({ printers, at: screen, theme, size, live: true }));
  }
  const tiles = () => page.locator(".place:not(.parked) > [data-tile]");

  it.each(["dark", "light"] as const)(
    "shows 300 printers on one screen in the %s theme without breaking a rule of accessibility",
    async (theme) => {
      await open(farmOf(300, now()), "wall", theme);
      await tiles().nth(299).waitFor();
      const last = await tiles().nth(299).boundingBox();
      expect((last?.y ?? 9999) + (last?.height ?? 0)).toBeLessThanOrEqual(1080);
      expect(await board.accessibilityViolations()).toEqual([]);
      await screenshot(page, `wall-300-${theme}`);
      expect(board.complaints).toEqual([]);
    },
  );

  it("builds only the tiles in view where not all fit, and the keys lead to the others", async () => {
    await open(farmOf(300, now()), "wall");
    await page.setViewportSize({ width: 1280, height: 800 });
    await tiles().nth(100).waitFor();
    await expect.poll(() => tiles().count()).toBeLessThan(250);
    await tiles().first().focus();
    await page.keyboard.press("End");
    const focused = () => page.locator(":focus").getAttribute("data-tile");
    await expect.poll(focused, { timeout: 15_000 }).toBe("299");
    const box = await tiles().last().boundingBox();
    expect((box?.y ?? 9999) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
    await page.keyboard.press("Enter");
    await page.getByTestId("printer-panel").getByText("Belt printer 25").first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Home");
    await expect.poll(focused).toBe("0");
  });

  it("filters, searches and sorts, and remembers it on the board", async () => {
    await open(everyState(now()), "wall");
    await tiles().nth(11).waitFor();
    await page.getByTestId("sort").click();
    await page.getByTestId("menu-sort-attention").click();
    await tiles().first().filter({ hasText: "V0.2" }).waitFor();
    await page.getByTestId("search").fill("voron");
    await expect.poll(() => tiles().count()).toBe(2);
    await page.getByTestId("filter-attention").click();
    await expect.poll(() => tiles().allTextContents()).toEqual([expect.stringContaining("Done")]);
    await page.getByTestId("nav-board").click();
    await board.column(0);
    expect(await board.columns().count()).toBe(1);
  });

  it("keeps its tiles through filters and other screens, and shows them where they belong", async () => {
    await open(everyState(now()), "wall");
    await tiles().nth(11).waitFor();
    const ids = () =>
      tiles().evaluateAll((all) => all.map((tile) => tile.getAttribute("data-testid")));
    const order = await ids();
    const kept = (): Promise<number> => tiles().and(page.locator("[data-seen]")).count();
    await tiles().evaluateAll((all) => {
      for (const tile of all) tile.setAttribute("data-seen", "");
    });
    await page.getByTestId("search").fill("no such printer");
    await page.getByTestId("show-all").waitFor();
    expect(await tiles().count()).toBe(0);
    expect(await board.accessibilityViolations()).toEqual([]);
    await page.getByTestId("show-all").click();
    await expect.poll(kept).toBe(12);
    await page.getByTestId("nav-board").click();
    await board.column(0);
    expect(await page.locator(".tiles").isVisible()).toBe(false);
    await page.locator("article [data-testid='open-panel']").first().click();
    await page.getByTestId("printer-panel").waitFor();
    expect(await page.getByTestId("printer-panel").count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByTestId("nav-wall").click();
    await expect.poll(kept).toBe(12);
    expect(await ids()).toEqual(order);
    const boxes = await tiles().evaluateAll((all) =>
      all.map((tile) => {
        const { x, y } = tile.getBoundingClientRect();
        return `${x} ${y}`;
      }),
    );
    expect(new Set(boxes).size).toBe(12);
    expect(board.complaints).toEqual([]);
  });

  it("is walked with the arrows, opens a panel with Enter and goes to TV mode and back", async () => {
    await open(everyState(now()), "wall");
    await tiles().first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const panel = page.getByTestId("printer-panel");
    await panel.getByText("Voron 2.4 right").first().waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await page.getByTestId("tv").click();
    await page.getByTestId("tv-head").waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "wall-tv");
    await page.getByTestId("leave-tv").click();
    await page.getByTestId("tv-head").waitFor({ state: "detached" });
  });

  it.each(["dark", "light"] as const)(
    "shows every part of a panel in the %s theme without breaking a rule of accessibility",
    async (theme) => {
      await open(everyState(now()), "board", theme);
      await (await board.column(0)).part("open-panel").click();
      for (const part of ["now", "console", "prints", "options", "link"]) {
        await page.getByTestId(`panel-tab-${part}`).click();
        expect(await board.accessibilityViolations()).toEqual([]);
        await screenshot(page, `panel-${part}-${theme}`);
      }
      await page.getByTestId("panel-tab-prints").click();
      await page.getByTestId("plate-history").click();
      await page.getByTestId("plate-word").first().getByText("said to be clear").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await screenshot(page, `panel-plate-${theme}`);
    },
  );

  it("sends g-code from the console, and changed options alone", async () => {
    await open(everyState(now()), "board");
    await (await board.column(0)).part("open-panel").click();
    await page.getByTestId("panel-tab-console").click();
    await page.getByTestId("console-input").fill("G28");
    await page.keyboard.press("Enter");
    await page.getByTestId("console-output").getByText("G28").waitFor();
    const script = { method: "printer.gcode.script", params: { script: "G28" } };
    await expect.poll(() => host.calls).toContainEqual(script);
    await page.getByTestId("panel-tab-options").click();
    await page.getByTestId("rules-grace").fill("8");
    await page.getByTestId("save-options").click();
    const params = { printer: "voron-1", options: { clear_grace: 8 } };
    await expect.poll(() => host.calls).toContainEqual({ method: "farm.printers.update", params });
  });

  it("clears several plates at once, but an unknown one only when it is ticked by hand", async () => {
    await open(everyState(now()), "board");
    await page.getByTestId("clear-plates").click();
    const dialog = page.getByTestId("clear-plates-dialog");
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "clear-plates");
    await dialog.getByText("Belt printer").click();
    await page.getByText("Clear 2 plates").last().waitFor();
    await dialog.getByText("Belt printer").click();
    await page.getByTestId("confirm-clear-plates").click();
    await dialog.waitFor({ state: "detached" });
    await expect
      .poll(() => host.callsOf("farm.plate.set"))
      .toEqual([{ printer: "voron-2", state: "clear", revision: 3, grace: true }]);
  });
});
