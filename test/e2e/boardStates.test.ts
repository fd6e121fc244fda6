import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import type { BoardPage } from "../support/boardPage.ts";
import { boardStage } from "../support/boardStage.ts";
import { everyState, farmOf } from "../support/boardStates.ts";
import { screenshot } from "../support/chromium.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";

const now = (): number => Date.now() / 1000;

describe("the board with scripted printers", () => {
  const openStage = boardStage();
  let host: FakeBoardHost;
  let page: Page;
  let board: BoardPage;

  async function open(
    printers: readonly PrinterView[],
    theme: "dark" | "light" = "dark",
  ): Promise<void> {
    const size = [1920, 1080] as const;
    ({ host, page, board } = await openStage({ printers, theme, size, live: true }));
  }

  it.each(["dark", "light"] as const)(
    "shows every state in the %s theme without breaking a rule of accessibility",
    async (theme) => {
      for (const [part, printers] of [
        everyState(now()).slice(0, 6),
        everyState(now()).slice(6),
      ].entries()) {
        await open(printers, theme);
        await board.column(5);
        expect(await board.accessibilityViolations()).toEqual([]);
        await screenshot(page, `states-${part + 1}-${theme}`);
      }
    },
  );

  it("tells when the farm is done, whole, however narrow the window", async () => {
    await open(everyState(now()));
    await board.column(0);
    const sums = page.getByTestId("farm-total");
    for (const width of [1024, 1280, 1440, 1600, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(100);
      const [all, done] = await Promise.all([
        sums.boundingBox(),
        sums.locator(".finish").boundingBox(),
      ]);
      if (all === null || done === null) throw new Error(`not told at ${width}`);
      expect(done.x + done.width, `at ${width}`).toBeLessThanOrEqual(all.x + all.width + 0.5);
    }
  });

  it("greets an empty farm with ways in, none of them dead", async () => {
    await open([]);
    await page.getByTestId("first-run").waitFor();
    await page.getByTestId("door-address").click();
    await page.getByTestId("add-printers-dialog").waitFor();
    expect(await page.getByTestId("paste-addresses").isEditable()).toBe(true);
    await screenshot(page, "first-run");
  });

  it("builds only the columns in view of a large farm, and finds those that need a person", async () => {
    await open(farmOf(300, now()));
    await board.column(3);
    expect(await board.columns().count()).toBeLessThan(15);
    await page.getByTestId("filter-attention").click();
    await page.getByTestId("plate-question").first().waitFor();
    for (const column of await board.columns().all()) {
      expect(
        await column.getByText(/Plate clear\?|failed|reached|Klipper|API key|Paused/).count(),
      ).toBeGreaterThan(0);
    }
  });

  it("moves with what the host pushes, and takes a change at once", async () => {
    const printers = everyState(now());
    await open(printers);
    const [printing] = printers;
    if (printing === undefined) throw new Error("no printers");
    const column = await board.column(0);
    await column
      .part("state")
      .filter({ hasText: /3[89] % Printing/ })
      .waitFor();
    host.change({ ...printing, activity: "idle", current: null });
    await column.part("state").filter({ hasText: "Idle" }).waitFor();
    expect(await column.part("current-print").count()).toBe(0);
    expect(board.complaints).toEqual([]);
  });

  it("says that the host is lost, keeps what it knew, and returns by itself", async () => {
    await open(everyState(now()));
    await board.column(0);
    const port = Number(new URL(page.url()).port);
    await host.stop();
    await page.getByTestId("connection-lost").waitFor();
    await (await board.column(0)).part("queue-pause").click();
    await page.getByTestId("toast").filter({ hasText: "Not sent" }).waitFor();
    expect(await (await board.column(0)).part("state").textContent()).toContain("Printing");
    await host.start(port);
    await page.getByTestId("connection-lost").waitFor({ state: "detached" });
  });
});
