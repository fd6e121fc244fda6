import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { HistoryTotals } from "#shared/contract/farmHistory.ts";
import type { BoardPage } from "../support/boardPage.ts";
import { type BoardScene, boardStage } from "../support/boardStage.ts";
import { everyState, farmOf } from "../support/boardStates.ts";
import { screenshot } from "../support/chromium.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";
import { screenAnswers } from "../support/screenAnswers.ts";

const now = Date.now() / 1000;

describe("the screens beside the board, with scripted printers", () => {
  const openStage = boardStage();
  let host: FakeBoardHost;
  let page: Page;
  let board: BoardPage;

  async function open(at: string, scene: Partial<BoardScene> = {}): Promise<void> {
    ({ host, page, board } = await openStage({ printers: everyState(now), ...scene, at }));
  }

  it.each(["dark", "light"] as const)(
    "break no rule of accessibility in the %s theme, dialogs included",
    async (theme) => {
      await open("library", { theme });
      await page.getByTestId("select-all").check();
      await page.getByText("gearbox-housing").first().click();
      await page.getByTestId("library-detail").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await page.getByTestId("bulk-queue").click();
      await page.getByTestId("add-to-queue-dialog").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await page.keyboard.press("Escape");

      await page.getByTestId("nav-history").click();
      await page.getByTestId("history-row").first().waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);

      await page.getByTestId("nav-printers").click();
      await page.getByTestId("add-printers").click();
      await page.getByTestId("paste-addresses").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Trident", exact: true }).click();
      await page.getByTestId("edit-printer-dialog").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await page.keyboard.press("Escape");

      await page.getByTestId("nav-settings").click();
      await page.getByTestId("settings-data").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await screenshot(page, `settings-${theme}`);
      await page.getByTestId("webhook").nth(2).waitFor();
      await page.getByTestId("trail-entry").first().waitFor();
      await page.getByTestId("settings-webhooks").scrollIntoViewIfNeeded();
      await screenshot(page, `settings-webhooks-${theme}`);
      await page.getByTestId("settings-trail").scrollIntoViewIfNeeded();
      await screenshot(page, `settings-trail-${theme}`);
      await page.getByTestId("webhook-edit").nth(1).click();
      await page.getByTestId("webhook-dialog").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await screenshot(page, `webhook-dialog-${theme}`);
      await page.keyboard.press("Escape");
      expect(board.complaints).toEqual([]);
    },
  );

  it("are reached with g and a letter, or Ctrl and a number, but never from a field", async () => {
    await open("board");
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.getByTestId("library").waitFor();
    await page.keyboard.press("Control+4");
    await page.getByTestId("history").waitFor();
    // Fetched for the first time, and has the keyboard all the same.
    await page.getByTestId("history").locator("main:focus").waitFor();
    await page.getByTestId("history-file").fill("");
    await page.getByTestId("history-file").pressSequentially("gs");
    expect(await page.getByTestId("history-file").inputValue()).toBe("gs");
    expect(page.url()).toContain("#/history");
    await page.goBack();
    await page.getByTestId("library").waitFor();
    expect(await page.getByTestId("nav-library").getAttribute("aria-current")).toBe("page");
  });

  it("read who was let in a page at a time, and manage webhooks, with the keyboard alone", async () => {
    await open("settings");
    const entries = page.getByTestId("trail-entry");
    await entries.first().waitFor();
    expect(await entries.count()).toBe(20);
    expect(await entries.first().textContent()).toContain("an unknown key");
    for (const count of [40, 48]) {
      await page.getByTestId("trail-older").focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => entries.count()).toBe(count);
    }
    expect(await page.getByTestId("trail-older").count()).toBe(0);
    await page.getByTestId("webhook-add").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("webhook-dialog").waitFor();
    await page.keyboard.type("Chat");
    await page.keyboard.press("Tab");
    await page.keyboard.type("ftp://chat.example");
    await page.keyboard.press("Enter");
    await page.getByTestId("webhook-dialog").locator("[aria-invalid='true']").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByTestId("webhook-dialog").count()).toBe(0);
    expect(await page.locator(":focus").getAttribute("data-testid")).toBe("webhook-add");
    await page.getByTestId("webhook").nth(2).getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await expect
      .poll(() => host.calls.findLast(({ method }) => method === "farm.webhooks.update")?.params)
      .toEqual({ id: "w3", enabled: true });
  });

  it("lead to a part of the settings by its name", async () => {
    await open("settings");
    await page.getByTestId("settings-keys").waitFor();
    await page
      .getByTestId("settings-index")
      .getByRole("link", { name: "Data and backups" })
      .click();
    const top = async () => (await page.getByTestId("settings-data").boundingBox())?.y ?? 9999;
    await expect.poll(top, { timeout: 15_000 }).toBeLessThan(600);
    expect(page.url()).toContain("part=data");
  });

  it("show 50,000 prints at once and build only those in view", async () => {
    await open("history", { attempts: 50_000 });
    await page.getByTestId("history-row").first().waitFor();
    expect(await page.getByTestId("figure-attempts").textContent()).toBe("50,000");
    expect(await page.getByTestId("history-row").count()).toBeLessThan(60);
    const table = page.getByRole("table");
    const before = await page.getByTestId("history-row").first().textContent();
    await table.getByRole("rowgroup").focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.getByTestId("history-row").first().textContent()).not.toBe(before);
    // The end of the first page asks for the next one.
    await expect
      .poll(() => host.calls.filter(({ method }) => method === "farm.history.list").length)
      .toBeGreaterThan(1);
    expect(await page.getByTestId("history-row").count()).toBeLessThan(60);
  });

  it("keep the line of the history with the keyboard while others take over the elements around it", async () => {
    await open("history", { attempts: 50_000 });
    const lines = page.getByTestId("history-row");
    await lines.nth(3).getByRole("button").click();
    await page.getByTestId("history-details").waitFor();
    const line = await lines.nth(3).textContent();
    const list = page.getByRole("rowgroup");
    const scroll = (top: number) => list.evaluate((element, to) => element.scrollTo(0, to), top);
    const ofFocus = () =>
      page.evaluate<string>(
        `document.activeElement.closest("[data-testid=history-row]")?.textContent ?? ""`,
      );
    for (const top of [2000, 1500, 6000]) {
      await scroll(top);
      const shown = lines.filter({ visible: true }).last();
      await expect
        .poll(async () => Number(await shown.getAttribute("aria-rowindex")))
        .toBeGreaterThan(top / 44);
      expect(await ofFocus()).toBe(line);
    }
    await scroll(0);
    await expect.poll(() => lines.nth(3).textContent()).toBe(line);
    expect(await ofFocus()).toBe(line);
    expect(await page.getByTestId("history-details").count()).toBe(1);
    // The lines below the open one make room for its details, and no line lies on another.
    const boxes = await Promise.all([2, 3, 4].map((at) => lines.nth(at).boundingBox()));
    expect(boxes.map((box) => box?.height)).toEqual([44, 128, 44]);
    expect((boxes[2]?.y ?? 0) - (boxes[1]?.y ?? 0)).toBe(128);
  });

  it("plot each day's prints, and how busy and how good each printer and file was", async () => {
    await open("history");
    const totals = HistoryTotals.parse(
      screenAnswers(everyState(now), now)("farm.history.totals", {}),
    );
    const ranking = page.getByTestId("ranking-line");
    await ranking.first().waitFor();
    // Thirty days, each with a bar; their heights have the totals' proportion.
    const bars = page.getByTestId("plot-bar");
    expect(await bars.count()).toBe(30);
    const heights = (part: string): Promise<number[]> =>
      bars
        .locator(`[data-part='${part}']`)
        .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute("height"))));
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
    const [finished, other] = [sum(await heights("finished")), sum(await heights("other"))];
    const { finished: good } = totals.by_outcome;
    expect(finished / (finished + other)).toBeCloseTo(good / totals.attempts, 3);
    expect(await page.getByTestId("figure-success").textContent()).toBe(
      `${Math.round((good / totals.attempts) * 1000) / 10} %`,
    );
    // The busiest printer first, with a bar as long as its share of the period.
    const [busiest] = totals.printers;
    const line = ranking.first();
    expect(await line.textContent()).toContain(busiest?.printer_name);
    const share = parseFloat((await line.locator("[data-part='share']").textContent()) ?? "");
    expect(share).toBeGreaterThan(0);
    expect(Math.abs(share - ((busiest?.print_time ?? 0) / (30 * 86_400)) * 100)).toBeLessThan(3);
    const width = await line.locator("[data-part='bar']").evaluate((bar) => bar.style.width);
    expect(Math.abs(parseFloat(width) - share)).toBeLessThan(0.1);
    // By file it is the success that is shown.
    await page.getByTestId("ranking-files").click();
    const [file] = totals.files;
    await ranking
      .filter({ hasText: `${file?.finished}/${file?.attempts}` })
      .first()
      .waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "history-by-file");
  });

  it("ask the host for what the filters say, and for no more than one search per pause", async () => {
    await open("history");
    await page.getByTestId("history-row").first().waitFor();
    await page.getByTestId("history-outcome").selectOption("failed");
    await page.getByTestId("history-printer").selectOption("trident");
    await page.getByTestId("history-file").pressSequentially("cube");
    await expect
      .poll(() => host.calls.findLast(({ method }) => method === "farm.history.list")?.params)
      .toMatchObject({ outcome: "failed", printer: "trident", filename: "cube" });
    await page.getByTestId("history-reset").click();
    await expect
      .poll(() => host.calls.findLast(({ method }) => method === "farm.history.list")?.params)
      .not.toHaveProperty("outcome");
  });

  it("speak German, whole screens of it, and keep the choice", async () => {
    await open("history", { locale: "de-DE" });
    await page.getByText("Je Drucker").waitFor();
    await page.getByTestId("nav-settings").click();
    await page.getByRole("heading", { name: "Slicer und andere Programme" }).waitFor();
    await page.getByTestId("set-language-en").check({ force: true });
    await page.getByRole("heading", { name: "Slicers and other programs" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Slicers and other programs" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.getByTestId("set-clock-h12").check({ force: true });
    await page.getByTestId("nav-history").click();
    await page
      .getByText(/\d{1,2}:\d\d\s[AP]M/)
      .first()
      .waitFor();
  });

  it("find printers only when asked, and add the ones that answered", async () => {
    await open("board", { printers: [] });
    await page.getByTestId("door-find").click();
    await page.getByTestId("find-start").waitFor();
    expect(host.calls.some(({ method }) => method === "farm.discovery.start")).toBe(false);
    await page.getByTestId("find-start").click();
    await expect.poll(() => page.getByTestId("candidate").count()).toBe(3);
    expect(await page.getByTestId("add-chosen").textContent()).toContain("2 printers");
    expect(await page.getByTestId("candidate").nth(2).textContent()).toContain("API key");
  });

  it("list 300 printers and find one by its tag or name", async () => {
    await open("printers", { printers: farmOf(300, now) });
    await page.getByTestId("printers-search").fill("trident");
    const rows = page.locator("[data-testid^='printer-row-']");
    await expect.poll(() => rows.count()).toBeLessThan(60);
    expect(await rows.count()).toBeGreaterThan(0);
    await page.getByTestId("printers-search").fill("no such printer");
    await page.getByText("No printer matches").waitFor();
  });
});
