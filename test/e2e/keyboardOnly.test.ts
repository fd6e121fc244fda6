import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoardPage, type Column, gcodeFile } from "../support/boardPage.ts";
import { launchBrowser, screenshot } from "../support/chromium.ts";
import { HostProcess } from "../support/hostProcess.ts";
import { Keyboard } from "../support/keyboard.ts";

const CUBE = "cube20_0.2mm_PETG.gcode";
const SPACER = "hex-spacer_0.2mm_PETG.gcode";
const WAIT = { timeout: 20_000 };

/**
 * The commonest tasks of a day with nothing but keys, from the load of the page: no click, and no element
 * is given the focus by the test. Each step goes on from where the one before has left the keyboard.
 */
describe("a day at the board without a mouse", () => {
  let host: HostProcess;
  let browser: Browser;
  let page: Page;
  let board: BoardPage;
  let keys: Keyboard;

  beforeAll(async () => {
    host = await HostProcess.start({ simSpeed: 20 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    page.setDefaultTimeout(20_000);
    board = new BoardPage(page);
    keys = new Keyboard(page);
    // The system's own box is the browser's; it is opened with a key, and answered here.
    page.on("filechooser", (chooser) => {
      void chooser.setFiles([gcodeFile(CUBE), gcodeFile(SPACER)]);
    });
    await page.goto(host.url);
    await page.getByTestId("first-run").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  const titles = (column: Column) => async (): Promise<string> => {
    const texts = await column.rows().locator(".title").allTextContents();
    return texts.map((text) => text.replace(/\s+/g, "").replace(/_.*/, "")).join(" ");
  };
  const label = async (): Promise<string> => (await keys.focused()).label;
  const idOf = async (index: number): Promise<string> => {
    const column = await board.column(index);
    return (await column.locator.getAttribute("data-testid")) ?? "";
  };

  it("makes a farm: Tab to a door, Enter", async () => {
    await keys.tabTo("door-simulated");
    await keys.press("Enter");
    await board.column(2);
    await page.getByTestId("slicer-banner").waitFor();
    await keys.tabTo("slicer-close");
    await keys.press("Enter");
    await page.getByTestId("slicer-banner").waitFor({ state: "detached" });
    expect(await board.columns().count()).toBe(3);
  });

  it("queues files: a digit for the printer, Tab to Add file, Enter", async () => {
    const column = await board.column(0);
    await keys.press("1");
    await expect.poll(async () => (await keys.focused()).inside, WAIT).toContain(await idOf(0));
    await keys.tabTo("add-file", await idOf(0));
    await keys.press("Enter");
    await page.getByTestId("add-file-dialog").waitFor();
    await keys.tabTo("choose-file");
    await keys.press("Enter");
    await keys.tabTo("add-to-queue");
    await keys.press("Enter");
    await expect.poll(titles(column), WAIT).toBe("cube20 hex-spacer");
    await screenshot(page, "keyboard-queued");
  });

  it("puts jobs in order and on another printer: arrows, Alt and arrows, m", async () => {
    const [first, second] = [await board.column(0), await board.column(1)];
    await keys.press("1");
    await expect.poll(label, WAIT).toMatch(/^cube20/);
    await keys.press("Alt+ArrowDown");
    await expect.poll(titles(first), WAIT).toBe("hex-spacer cube20");
    await expect.poll(label, WAIT).toMatch(/^cube20/);
    await keys.press("Alt+ArrowRight");
    await expect.poll(titles(second), WAIT).toBe("cube20");
    await expect.poll(label, WAIT).toMatch(/^cube20/);
    await keys.press("m");
    await page.getByTestId("move-dialog").waitFor();
    await keys.type("sim");
    await keys.press("Enter");
    await page.getByTestId("move-dialog").waitFor({ state: "detached" });
    await expect.poll(() => second.rows().count(), WAIT).toBe(0);
  });

  it("takes jobs out and brings them back: Space, Delete, Ctrl+Z", async () => {
    const column = await board.column(0);
    await keys.press("1");
    await expect.poll(label, WAIT).toMatch(/^(hex-spacer|cube20)/);
    const before = await titles(column)();
    await keys.press("Space");
    await expect.poll(() => column.rows().first().getAttribute("aria-selected"), WAIT).toBe("true");
    await keys.press("Delete");
    await expect.poll(titles(column), WAIT).not.toBe(before);
    await keys.press("Control+z");
    await expect.poll(titles(column), WAIT).toBe(before);
  });

  it("starts a print: Tab to Start queue, then a leads to the question, Enter answers it", async () => {
    const column = await board.column(0);
    await keys.press("1");
    await expect.poll(async () => (await keys.focused()).inside, WAIT).toContain(await idOf(0));
    await keys.tabTo("queue-start", await idOf(0), "Shift+Tab");
    await keys.press("Enter");
    await column.part("queue-pause").waitFor();
    await keys.press("a");
    await expect.poll(async () => (await keys.focused()).testId, WAIT).toBe("plate-clear");
    await screenshot(page, "keyboard-answer");
    await keys.press("Enter");
    await column.part("pause-print").waitFor();
  });

  it("pauses, goes on, and cancels a print, and decides what becomes of it", async () => {
    const column = await board.column(0);
    const id = await idOf(0);
    await keys.press("1");
    await expect.poll(async () => (await keys.focused()).inside, WAIT).toContain(id);
    await keys.tabTo("pause-print", id, "Shift+Tab");
    await keys.press("Enter");
    await column.part("resume-print").waitFor();
    // A paused print needs a person: the same key leads to it.
    await keys.press("a");
    await expect.poll(async () => (await keys.focused()).testId, WAIT).toBe("resume-print");
    await keys.press("Enter");
    await column.part("pause-print").waitFor();
    await keys.tabTo("cancel-print", id);
    await keys.press("Enter");
    await page.getByTestId("cancel").waitFor();
    await keys.tabTo("confirm-cancel");
    await keys.press("Enter");
    await column.part("decision-question").waitFor();
    await keys.press("a");
    await expect.poll(async () => (await keys.focused()).testId, WAIT).toBe("decide-retry");
    await keys.tabTo("decide-dismiss", id);
    await keys.press("Enter");
    await column.part("decision-question").waitFor({ state: "detached" });
  });

  it("never took the keyboard away from the page", () => {
    expect(board.complaints.filter((text) => !text.includes("/farm/thumbnails/"))).toEqual([]);
  });
});
