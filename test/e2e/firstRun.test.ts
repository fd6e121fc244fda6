import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoardPage, gcodeFile } from "../support/boardPage.ts";
import { launchBrowser, screenshot } from "../support/chromium.ts";
import { HostProcess } from "../support/hostProcess.ts";

const CUBE = "cube20_0.2mm_PETG.gcode";

describe("the first minutes with a new farm, by keyboard alone", () => {
  let host: HostProcess;
  let browser: Browser;
  let page: Page;
  let board: BoardPage;

  beforeAll(async () => {
    host = await HostProcess.start({ simSpeed: 300 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    page.setDefaultTimeout(20_000);
    board = new BoardPage(page);
    await page.goto(host.url);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("makes printers with one key, and offers their address to a slicer", async () => {
    await page.getByTestId("door-simulated").focus();
    await page.keyboard.press("Enter");
    await board.column(2);
    await page.getByTestId("slicer-banner").waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "first-run-slicer");
  });

  it("ticks it off when the first file has come from another program", async () => {
    const address = await page.getByTestId("slicer-address").inputValue();
    const form = new FormData();
    form.append("file", new Blob([await readFile(gcodeFile(CUBE))]), CUBE);
    form.append("print", "true");
    const answer = await fetch(`${address}/server/files/upload`, { method: "POST", body: form });
    expect(answer.status).toBe(201);
    await page.getByTestId("slicer-arrived").filter({ hasText: "cube20" }).waitFor();
    await screenshot(page, "first-run-arrived");
    await expect.poll(async () => (await board.column(0)).rows().count()).toBe(1);
    await page.getByTestId("slicer-close").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("slicer-banner").waitFor({ state: "detached" });
  });

  it("starts the queue, says that the plate is clear, and pauses, each with a key", async () => {
    const column = await board.column(0);
    for (const part of ["queue-start", "plate-clear"]) {
      await column.part(part).focus();
      await page.keyboard.press("Enter");
    }
    await column.part("pause-print").waitFor();
    await column.part("pause-print").focus();
    await page.keyboard.press("Enter");
    await column.part("resume-print").waitFor();
    await column.part("resume-print").focus();
    await page.keyboard.press("Enter");
    await column.part("plate-question").waitFor();
    // Files without a picture are asked for one all the same.
    expect(board.complaints.filter((text) => !text.includes("/farm/thumbnails/"))).toEqual([]);
  });
});
