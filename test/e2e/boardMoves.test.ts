import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { ApiClient } from "../support/apiClient.ts";
import { BoardPage, type Column, gcodeFile } from "../support/boardPage.ts";
import { launchBrowser, screenshot } from "../support/chromium.ts";
import { HostProcess } from "../support/hostProcess.ts";

const Queue = z.looseObject({
  rows: z.array(z.looseObject({ job_id: z.string(), filename: z.string() })),
});
const Printers = z.looseObject({ printers: z.array(z.looseObject({ id: z.string() })) });

const WAIT = { timeout: 5000 };

describe("moving jobs on the board", () => {
  let host: HostProcess;
  let browser: Browser;
  let page: Page;
  let board: BoardPage;
  let client: ApiClient;
  let ids: readonly string[];

  beforeAll(async () => {
    host = await HostProcess.start({ simulate: 2 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
    board = new BoardPage(page);
    client = await ApiClient.connect(host.url);
    const found = await client.ask(Printers, "farm.printers.list", {});
    ids = found.printers.map((printer) => printer.id);
    const gcode = await readFile(gcodeFile("cube20_0.2mm_PETG.gcode"));
    for (const id of ids) for (const name of "abcd") await upload(id, `${name}.gcode`, gcode);
    await page.goto(host.url);
    await board.column(1);
  });

  afterAll(async () => {
    await client?.close();
    await browser?.close();
    await host?.stop();
  });

  async function upload(printer: string, name: string, gcode: Uint8Array): Promise<void> {
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(gcode)]), name);
    const url = new URL(`printers/${printer}/server/files/upload`, host.url);
    const response = await fetch(url, { method: "POST", body: form });
    expect(response.status).toBe(201);
  }

  /** `a`, `b`, three copies of `c` and `d` wait at the first printer, nothing at the second. */
  beforeEach(async () => {
    for (const printer of ids) {
      const queue = await client.ask(Queue, "farm.queue.status", { printer });
      const job_ids = queue.rows.map((row) => row.job_id);
      if (job_ids.length > 0) await client.call("farm.queue.remove", { printer, job_ids });
    }
    const files = [
      { filename: "a.gcode" },
      { filename: "b.gcode" },
      { filename: "c.gcode", copies: 3 },
      { filename: "d.gcode" },
    ];
    // The page must have let go of the last test's lines, or this one would select those.
    const column = await board.column(0);
    await column.rows().first().waitFor({ state: "detached" });
    await client.call("farm.queue.post", { printer: ids[0], files });
    await line(column, "d").and(column.locator.locator("[data-row='3']")).waitFor();
    await page.keyboard.press("Escape");
  });

  async function linesOf(column: Column): Promise<readonly string[]> {
    const titles = await column.rows().locator(".title").allTextContents();
    return titles.map((title) => title.replace(/\s+/g, " ").trim());
  }
  /** The first letters of what waits at a printer, in order, as the host has it. */
  async function queueAt(index: number): Promise<string> {
    const queue = await client.ask(Queue, "farm.queue.status", { printer: ids[index] });
    return queue.rows.map((row) => row.filename[0]).join("");
  }
  const line = (column: Column, name: string): Locator =>
    column
      .rows()
      .filter({ has: page.locator(".title", { hasText: new RegExp(`(^|\\s|\\d)${name}\\s*$`) }) });
  const above = { targetPosition: { x: 120, y: 4 } };

  it("drags a line before another, with all its copies", async () => {
    const column = await board.column(0);
    await line(column, "c").dragTo(line(column, "a"), above);
    await expect.poll(() => linesOf(column), WAIT).toEqual(["×3c", "a", "b", "d"]);
    await expect.poll(() => queueAt(0), WAIT).toBe("cccabd");
  });

  it("drags everything that is selected, and into the empty part of a column to its end", async () => {
    const column = await board.column(0);
    await line(column, "a").click();
    await line(column, "c").click({ modifiers: ["Control"] });
    await page.getByTestId("bulk-bar").getByText("4 jobs selected").waitFor();
    await screenshot(page, "board-selection");
    await line(column, "a").hover();
    await page.mouse.down();
    await column.locator.hover({ position: { x: 120, y: 560 } });
    await column.locator.hover({ position: { x: 125, y: 560 } });
    // Every line that hangs on the pointer is dimmed, not the one that was taken hold of alone.
    const dimmed = column.rows().and(page.locator(".dragged"));
    await expect.poll(() => dimmed.count(), WAIT).toBe(2);
    await page.mouse.up();
    await expect.poll(() => queueAt(0), WAIT).toBe("bdaccc");
    expect(await dimmed.count()).toBe(0);
  });

  it("selects a range with Shift, holds and releases it, and removes it from the bar", async () => {
    const column = await board.column(0);
    await line(column, "b").click();
    await line(column, "d").click({ modifiers: ["Shift"] });
    await page.getByTestId("bulk-hold").click();
    await line(column, "d").getByText("Held on the board").waitFor();
    await page.getByTestId("bulk-release").click();
    await line(column, "d").getByText("Held on the board").waitFor({ state: "detached" });
    await page.getByTestId("bulk-remove").click();
    await expect.poll(() => queueAt(0), WAIT).toBe("a");
    await page.getByTestId("bulk-bar").waitFor({ state: "detached" });
  });

  it("does all of it with the keyboard alone, and says so aloud", async () => {
    const column = await board.column(0);
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = page.locator(":focus");
    await page.locator("main").focus();
    await press("1");
    await expect.poll(() => focused.getAttribute("aria-label")).toMatch(/^a,/);
    await press("ArrowDown", "ArrowDown");
    await expect.poll(() => focused.getAttribute("aria-label")).toMatch(/^c, 3 copies/);
    await press("Alt+ArrowUp");
    await expect.poll(() => queueAt(0), WAIT).toBe("acccbd");
    await page.getByTestId("announcer").filter({ hasText: "3 × c is now 2 of 6" }).waitFor();
    await expect.poll(() => focused.getAttribute("aria-label")).toMatch(/^c, 3 copies/);
    await press("Space", "ArrowDown", "Space", "Alt+End");
    await expect.poll(() => queueAt(0), WAIT).toBe("adcccb");
    await press("Escape", "Home", "Delete");
    await expect.poll(() => queueAt(0), WAIT).toBe("dcccb");
    await expect.poll(() => focused.getAttribute("aria-label")).toMatch(/^d,/);
    await press("h");
    await line(column, "d").getByText("Held on the board").waitFor();
    await press("2");
    await expect.poll(() => focused.getAttribute("data-testid")).toBe(`printer-${ids[1]}`);
  });

  it("opens a line's menu by key and by the right button, without breaking a rule", async () => {
    const column = await board.column(0);
    await line(column, "b").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("menu-remove").waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "board-menu");
    await page.keyboard.press("Escape");
    await line(column, "c").click({ button: "right" });
    await page.getByTestId("menu-split").click();
    await expect.poll(() => linesOf(column), WAIT).toEqual(["a", "b", "c", "c", "c", "d"]);
    await line(column, "d").click({ button: "right" });
    await page.getByTestId("menu-jump").click();
    await expect.poll(() => queueAt(0), WAIT).toBe("dabccc");
  });

  it("drags jobs to another printer, and takes that back with Ctrl+Z", async () => {
    const [from, to] = [await board.column(0), await board.column(1)];
    await line(from, "b").click();
    await line(from, "c").click({ modifiers: ["Shift"] });
    await line(from, "b").dragTo(to.locator, { targetPosition: { x: 120, y: 400 } });
    await expect.poll(() => linesOf(to), WAIT).toEqual(["b", "×3c"]);
    await expect.poll(() => queueAt(0), WAIT).toBe("ad");
    await expect.poll(() => queueAt(1), WAIT).toBe("bccc");
    await page.getByTestId("toast").filter({ hasText: "moved to" }).last().waitFor();
    await screenshot(page, "board-transfer");
    await page.keyboard.press("Control+z");
    await expect.poll(() => queueAt(0), WAIT).toBe("abcccd");
    await page.getByTestId("announcer").filter({ hasText: "Taken back" }).waitFor();
    await page.keyboard.press("Control+Shift+z");
    await expect.poll(() => queueAt(1), WAIT).toBe("bccc");
  });

  it("takes jobs to another printer by keys: sideways, and through the list of printers", async () => {
    const [from, to] = [await board.column(0), await board.column(1)];
    await line(from, "a").focus();
    await page.keyboard.press("Alt+ArrowRight");
    await expect.poll(() => queueAt(1), WAIT).toBe("a");
    await expect
      .poll(() => page.locator(":focus").getAttribute("aria-label"))
      .toMatch(/^a, 1 of 1/);
    await line(from, "d").focus();
    await page.keyboard.press("m");
    await page.getByTestId("move-dialog").waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await page.getByTestId("move-search").press("Enter");
    await expect.poll(() => linesOf(to), WAIT).toEqual(["a", "d"]);
  });

  it("changes the count of a job, and takes that back", async () => {
    const column = await board.column(0);
    await line(column, "c").focus();
    await page.keyboard.press("c");
    await page.getByTestId("copies").fill("5");
    await page.keyboard.press("Enter");
    await expect.poll(() => queueAt(0), WAIT).toBe("abcccccd");
    // Said once the page has the host's answer, which is what can be taken back.
    await page.getByTestId("announcer").filter({ hasText: "5 copies" }).waitFor();
    await page.keyboard.press("Control+z");
    await expect.poll(() => queueAt(0), WAIT).toBe("abcccd");
  });

  it("keeps digits and letters for the field one types into", async () => {
    await page.getByTestId("search").fill("");
    await page.getByTestId("search").pressSequentially("12h");
    expect(await page.getByTestId("search").inputValue()).toBe("12h");
    await page.keyboard.press("Escape");
    await expect.poll(() => queueAt(0), WAIT).toBe("abcccd");
  });

  it("complained about nothing", () => {
    expect(board.complaints).toEqual([]);
  });
});
