import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoardPage, gcodeFile } from "../support/boardPage.ts";
import { launchBrowser, screenshot } from "../support/chromium.ts";
import { HostProcess } from "../support/hostProcess.ts";
import { startReceiver } from "../support/webhookReceiver.ts";

const CUBE = "cube20_0.2mm_PETG.gcode";
const SPACER = "hex-spacer_0.2mm_PETG.gcode";

/** One morning with a new farm, on the real host: each step builds on the one before. */
describe("library, history, printers and settings on a real host", () => {
  let host: HostProcess;
  let browser: Browser;
  let page: Page;
  let board: BoardPage;

  beforeAll(async () => {
    host = await HostProcess.start({ simSpeed: 300 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    page.setDefaultTimeout(12_000);
    board = new BoardPage(page);
    await page.goto(host.url);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  const entry = (path: string) => page.getByTestId(`entry-${path}`);
  const go = (screen: string) => page.getByTestId(`nav-${screen}`).click();
  const action = async (path: string, key: string): Promise<void> => {
    await entry(path)
      .getByRole("button", { name: /^Actions/ })
      .click();
    await page.getByTestId(`menu-${key}`).click();
  };
  const toast = (text: RegExp) => page.getByTestId("toast").filter({ hasText: text }).waitFor();

  it("starts with three doors, and one click makes a farm of simulated printers", async () => {
    await page.getByTestId("door-simulated").click();
    await board.column(2);
    expect(await board.columns().count()).toBe(3);
  });

  it("adds printers by pasted addresses: what fails is listed with the reason and blocks nobody", async () => {
    await go("printers");
    await page.getByTestId("add-printers").click();
    await page.getByTestId("paste-addresses").fill("Left rack, 127.0.0.1:1\n# a comment\nftp://x");
    await page.getByTestId("check-addresses").click();
    const failed = page.locator("[data-testid='candidate'][data-tone='red']");
    await expect.poll(() => failed.count(), { timeout: 20_000 }).toBe(2);
    expect(await failed.first().textContent()).toContain("Left rack");
    expect(await failed.last().textContent()).toContain("http://");
    expect(await page.getByTestId("add-chosen").isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
  });

  it("edits a printer's name, tags and rules, and changes its place", async () => {
    const rows = page.locator("[data-testid^='printer-row-']");
    await rows.nth(1).getByRole("button").nth(2).click();
    await page.getByTestId("edit-name").fill("Rack 1");
    await page.getByTestId("edit-tags").fill("PETG, 0.6 mm");
    await page.getByTestId("edit-tab-queue").check({ force: true });
    await page.getByTestId("policy-self_clearing").check();
    await page.getByTestId("edit-save").click();
    await toast(/Rack 1 saved/);
    const row = rows.filter({ hasText: "Rack 1" });
    await row.getByText("0.6 mm").waitFor();
    await row.getByText("Clears itself").waitFor();
    await row.getByRole("button", { name: /up$/ }).click();
    await expect.poll(() => rows.first().textContent()).toContain("Rack 1");
  });

  it("uploads files into a folder of the farm's library and reads what the slicer wrote", async () => {
    await go("library");
    await page.getByTestId("new-folder").click();
    await page.getByTestId("name-field").fill("orders");
    await page.getByTestId("name-submit").click();
    await entry("orders").getByText("orders").click();
    await page.getByTestId("upload-input").setInputFiles([gcodeFile(CUBE), gcodeFile(SPACER)]);
    await entry(`orders/${CUBE}`).getByText(/PETG/).first().waitFor();
    await entry(`orders/${SPACER}`)
      .getByText(/min|s$/)
      .first()
      .waitFor();
    expect(await page.locator("[data-testid^='entry-']").count()).toBe(2);
    await page.getByTestId("uploads-clear").click();
    await screenshot(page, "library-real");
  });

  it("says why a file is refused, and keeps the others", async () => {
    await page.getByTestId("upload-input").setInputFiles({
      name: "holiday.gcode",
      mimeType: "text/plain",
      buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70]),
    });
    const failed = page.getByTestId("library-upload").filter({ hasText: "holiday" });
    await expect.poll(() => failed.textContent()).toMatch(/g-code/i);
    await page.getByTestId("uploads-clear").click();
  });

  it("renames, moves and finds files", async () => {
    await action(`orders/${SPACER}`, "rename");
    await page.getByTestId("name-field").fill("spacer.gcode");
    await page.getByTestId("name-submit").click();
    await entry("orders/spacer.gcode").waitFor();
    await action("orders/spacer.gcode", "move");
    await page.getByTestId("name-field").fill("");
    await page.getByTestId("name-submit").click();
    await page.getByTestId("crumb-root").click();
    await entry("spacer.gcode").waitFor();
    await page.getByTestId("library-search").fill("cube");
    await entry(`orders/${CUBE}`).waitFor();
    expect(await entry("spacer.gcode").count()).toBe(0);
    await page.getByTestId("library-search").fill("");
  });

  it("queues one file on two printers, two copies each", async () => {
    await action("spacer.gcode", "queue");
    const boxes = page.getByTestId("add-to-queue-dialog").locator("li input");
    await boxes.nth(0).check();
    await boxes.nth(2).check();
    await page.getByTestId("copies").fill("2");
    await page.getByTestId("copies").blur();
    await page.getByTestId("queue-submit").click();
    await toast(/4 jobs added/);
    await expect.poll(() => entry("spacer.gcode").textContent()).toContain("4 queued");
  });

  it("asks what waiting copies should print when their file is replaced", async () => {
    await page.getByTestId("upload-input").setInputFiles({
      name: "spacer.gcode",
      mimeType: "text/plain",
      buffer: Buffer.from("; generated by OrcaSlicer 2.1\nG28\nG1 X10 Y10 E1 F600\nG1 X20 E2\n"),
    });
    await page.getByTestId("replaced-dialog").getByText("4 queued copies").waitFor();
    await page.getByTestId("take-new").click();
    await toast(/4 queued copies print the new file/);
    await expect.poll(() => entry("spacer.gcode").textContent()).toContain("4 queued");
  });

  it("warns before a file in use is deleted, and the queue keeps it", async () => {
    await action("spacer.gcode", "remove");
    await page.getByText("4 queued copies still use it").waitFor();
    await page.getByTestId("confirm-remove-files").click();
    await toast(/1 file deleted/);
    await expect.poll(() => entry("spacer.gcode").count()).toBe(0);
    await go("board");
    const jobs = page.locator("[data-testid^='job-']");
    await expect.poll(() => jobs.count()).toBeGreaterThan(1);
  });

  it("keeps every print that ends in the history, and saves it as CSV", async () => {
    await go("board");
    const column = await board.column(0);
    await column.part("queue-start").click();
    const clear = column.part("plate-clear");
    const done = page.getByTestId("history-row");
    await clear.click({ timeout: 20_000 }).catch(() => undefined);
    await expect
      .poll(
        async () => {
          await go("history");
          await page.getByTestId("history").waitFor();
          await page
            .getByTestId("history-row")
            .or(page.getByTestId("history-ever"))
            .first()
            .waitFor();
          const count = await done.count();
          if (count === 0) await go("board");
          return count;
        },
        { timeout: 40_000, interval: 1500 },
      )
      .toBeGreaterThan(0);
    expect(await done.first().textContent()).toContain("spacer");
    await done.first().getByRole("button").click();
    await page.getByTestId("history-details").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByTestId("history-export").click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^nextplate-history-.*\.csv$/);
    await screenshot(page, "history-real");
  });

  it("adds and deletes a user, opens a printer's own port, and allows a web origin", async () => {
    await go("settings");
    await page.getByTestId("user-name").fill("anna");
    await page.getByTestId("user-password").fill("correct horse");
    await page.getByTestId("create-user").click();
    await page.getByTestId("user").getByRole("button").click();
    await page.getByTestId("confirm-delete-user").click();
    await toast(/anna deleted/);
    await page.getByTestId("open-port").click();
    const field = page.getByTestId("own-port").getByRole("textbox");
    const answer = await fetch(`${await field.inputValue()}/server/info`);
    expect(await answer.json()).toMatchObject({ result: { klippy_state: "ready" } });
    await page
      .getByTestId("own-port")
      .getByRole("button", { name: /^Close/ })
      .click();
    await expect.poll(() => page.getByTestId("own-port").count()).toBe(0);
    await page.getByTestId("origin-text").fill("mainsail.local/x");
    await page.getByTestId("allow-origin").click();
    await toast(/write it like/);
    await page.getByTestId("origin-text").fill("http://mainsail.local");
    await page.getByTestId("allow-origin").click();
    await page.getByTestId("origin").waitFor();
    await page.getByTestId("announce").check();
    await page.getByText(/this computer only/).waitFor();
  });

  it("adds a webhook that is told, tests it, sees it fail and removes it; the trail tells who did", async () => {
    const receiver = await startReceiver();
    await go("settings");
    await page.getByTestId("webhook-add").click();
    await page.getByTestId("webhook-name").fill("Chat");
    await page.getByTestId("webhook-url").fill("ftp://chat.example");
    await page.getByTestId("webhook-save").click();
    await page
      .getByTestId("webhook-dialog")
      .getByText(/http or https/)
      .waitFor();
    await page.getByTestId("webhook-url").fill(receiver.url);
    await page.getByTestId("webhook-event-queue.empty").uncheck();
    await page.getByTestId("webhook-save").click();
    expect(await page.getByTestId("webhook-secret").inputValue()).toMatch(/^whsec_/);
    await page.getByTestId("webhook-test").click();
    await toast(/Chat has taken/);
    expect(receiver.arrived.at(-1)?.type).toBe("test");
    await page
      .getByTestId("webhook-state")
      .getByText(/Delivered/)
      .waitFor();
    await receiver.stop();
    await page.getByTestId("webhook-test").click();
    await toast(/Chat has not taken it/);
    await page
      .getByTestId("webhook-state")
      .getByText(/Failed/)
      .waitFor();
    await page.getByTestId("webhook-edit").click();
    await page.getByTestId("webhook-name").fill("Shop chat");
    await page.getByTestId("webhook-save").click();
    await page.getByTestId("webhook").getByText("Shop chat").waitFor();
    await page.getByTestId("webhook-remove").click();
    await page.getByTestId("confirm-remove-webhook").click();
    await expect.poll(() => page.getByTestId("webhook").count()).toBe(0);
    await page.getByTestId("trail-newest").click();
    await page.getByText("Webhook Shop chat removed").first().waitFor();
    await page.getByText(/^Webhook Chat added, to http/).waitFor();
    await page.getByTestId("trail-entry").filter({ hasText: "User anna deleted" }).waitFor();
  });

  it("makes and revokes a key, backs up, and plans a restore that can be taken back", async () => {
    await go("settings");
    await page.getByTestId("key-name").fill("CI");
    await page.getByTestId("create-key").click();
    expect(await page.getByTestId("new-key").inputValue()).toMatch(/^np_/);
    await page.getByTestId("api-key").getByRole("button").click();
    await page.getByTestId("confirm-revoke-key").click();
    await expect.poll(() => page.getByTestId("api-key").count()).toBe(0);
    await page.getByTestId("backup-now").click();
    await toast(/Backup made/);
    await page.getByTestId("restore-backup").click();
    await page.getByTestId("confirm-restore-backup-dialog").click();
    await page.getByTestId("restore-pending").getByRole("button").click();
    await page.getByTestId("restore-backup").waitFor();
  });

  it("complained about nothing but the refused file and prints without a picture", () => {
    const expected = /status of 40[04] .*(\/farm\/library\/upload|\/farm\/thumbnails\/)/;
    expect(board.complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
});
