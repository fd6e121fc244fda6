import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoardPage, gcodeFile } from "../support/boardPage.ts";
import { launchBrowser, screenshot } from "../support/chromium.ts";
import { printTwoFiles, stateToRead } from "../support/firstPrint.ts";
import { HostProcess } from "../support/hostProcess.ts";

describe("the board in a browser", () => {
  let host: HostProcess;
  let browser: Browser;
  let page: Page;
  let board: BoardPage;

  beforeAll(async () => {
    host = await HostProcess.start({ simulate: 2, simSpeed: 300 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
    board = new BoardPage(page);
    await page.goto(host.url);
    await board.column(1);
  });

  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("shows one column per printer, each with its state and an empty queue", async () => {
    expect(await board.columns().count()).toBe(2);
    for (const index of [0, 1]) {
      const column = await board.column(index);
      await stateToRead(column, /Idle|Plate unknown/);
      expect(await column.rows().count()).toBe(0);
    }
    await screenshot(page, "board-empty");
  });

  it("prints two files one after the other, asking for the plate before each", async () => {
    await printTwoFiles(board, "board");
    expect(await (await board.column(0)).rows().count()).toBe(0);
  });

  it("prints at once with Print, on the other printer", async () => {
    const column = await board.column(1);
    await column.part("add-file").click();
    await page.getByTestId("file-input").setInputFiles(gcodeFile("cube20_0.2mm_PETG.gcode"));
    await page.getByTestId("print-now").click();
    await column.part("plate-clear").click();
    await stateToRead(column, /Printing/);
    await stateToRead(column, /Done/);
    expect(await column.rows().count()).toBe(0);
  });

  it("refuses a file that is no g-code, says why, and queues nothing", async () => {
    const column = await board.column(0);
    await column.dropFile(gcodeFile("../moonraker/http-cases.jsonl"));
    const toast = page.getByTestId("toast").filter({ hasText: "http-cases.jsonl" });
    const row = column.part("upload").filter({ hasText: "http-cases.jsonl" });
    await toast.or(row).first().waitFor();
    expect(await column.rows().count()).toBe(0);
    await screenshot(page, "board-refused-file");
  });

  it("breaks no accessibility rule, in either theme and with the dialog open", async () => {
    expect(await board.accessibilityViolations()).toEqual([]);
    await (await board.column(0)).part("add-file").click();
    await page.getByTestId("add-file-dialog").waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /light theme/i }).click();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "board-light");
  });

  it("complained about nothing but the refused file and prints without a picture", () => {
    const expected = /status of 40[04] .*(\/files\/upload|\/farm\/thumbnails\/)/;
    expect(board.complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
});
