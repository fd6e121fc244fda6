import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { UNPRIVILEGED } from "../support/anotherUser.ts";
import { BoardPage } from "../support/boardPage.ts";
import { launchBrowser, screenshot } from "../support/chromium.ts";
import { HostProcess } from "../support/hostProcess.ts";

/** A host without root's rights, in front of a Klipper whose socket and folder are really there. */
describe("a printer by Klipper's own socket, in the Printers screen", () => {
  let base: string;
  let folder: string;
  let socket: string;
  let host: HostProcess;
  let browser: Browser;
  let page: Page;
  let board: BoardPage;
  const printers: SimulatedPrinter[] = [];

  beforeAll(async () => {
    host = await HostProcess.start({ user: UNPRIVILEGED });
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), "nextplate-socket-"));
    await chmod(base, 0o755);
    folder = join(base, "gcodes");
    socket = join(base, "klippy.sock");
    await mkdir(folder);
    await chmod(folder, 0o777);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    page.setDefaultTimeout(20_000);
    board = new BoardPage(page);
    await page.goto(`${host.url}#/printers`);
  });
  afterEach(async () => {
    await page.close();
    for (const printer of printers.splice(0)) await printer.stop();
    await rm(base, { recursive: true, force: true });
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  async function klipper(configuredFolder?: string | null): Promise<SimulatedPrinter> {
    const printer = new SimulatedPrinter({
      name: "voron",
      speed: 100,
      clock: systemClock,
      klipper: {
        socket,
        folder,
        ...(configuredFolder === undefined ? {} : { configuredFolder }),
      },
    });
    await printer.start();
    printers.push(printer);
    await chmod(socket, 0o777);
    return printer;
  }

  async function openForm(): Promise<void> {
    await page.getByTestId("add-printers").click();
    await page.getByTestId("add-way-klipper").check({ force: true });
    await page.getByTestId("add-socket").fill(socket);
  }

  async function problem(prefix = "test-socket"): Promise<string> {
    await page.getByTestId(prefix).click();
    return (await page.getByTestId("test-failed").textContent()) ?? "";
  }

  it.each([
    ["no socket", /There is no socket at .*klippy.sock.*klippy\.py -a/, async () => {}],
    [
      "no permission",
      /may not open .*klippy.sock.*group of the socket/,
      async () => {
        await klipper();
        await chmod(socket, 0);
      },
    ],
    ["no virtual_sdcard", /no \[virtual_sdcard\] section/, () => klipper(null)],
    [
      "a folder that is not there",
      /There is no folder .*elsewhere.*mounted here/,
      () => klipper(join(base, "elsewhere")),
    ],
    [
      "a folder that cannot be written",
      /may not write to .*gcodes.*EACCES/,
      async () => {
        await klipper();
        await chmod(folder, 0o555);
      },
    ],
  ] as const)("says what is wrong: %s", async (what, words, arrange) => {
    await arrange();
    await openForm();
    expect(await problem()).toMatch(words);
    await screenshot(page, `klipper-socket-${what.replaceAll(/\W+/g, "-")}`);
  });

  it("says that a folder is not the one Klipper reads, and finds the right one", async () => {
    await klipper("/home/pi/printer_data/gcodes");
    const other = join(base, "other");
    await mkdir(other);
    await chmod(other, 0o777);
    await openForm();
    await page.getByTestId("add-folder").fill(other);
    expect(await problem()).toMatch(/does not see files put into .*other.*\/home\/pi/);
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "klipper-socket-wrong-folder");
    // What the former test said is no word on another folder.
    await page.getByTestId("add-folder").fill(folder);
    expect(await page.getByTestId("test-failed").count()).toBe(0);
    await page.getByTestId("test-socket").click();
    const found = await page.getByTestId("test-ok").textContent();
    expect(found).toContain(`Prints go to ${folder}`);
    expect(board.complaints).toEqual([]);
  });

  it("is added, shown with its address, and moved to another socket and folder", async () => {
    const printer = await klipper();
    await openForm();
    await page.getByTestId("add-socket-name").fill("Bare");
    await page.getByTestId("add-socket-submit").click();
    const row = page.locator("[data-testid^='printer-row-']").filter({ hasText: "Bare" });
    await row.getByText(socket).waitFor();
    await expect.poll(() => row.textContent(), { timeout: 20_000 }).toMatch(/Idle|Plate unknown/);

    await row.getByRole("button", { name: "Bare", exact: true }).click();
    await page.getByTestId("edit-relink").click();
    expect(await page.getByTestId("edit-socket").inputValue()).toBe(socket);
    await page.getByTestId("edit-folder").fill(join(base, "nowhere"));
    expect(await problem("edit-test")).toMatch(/There is no folder .*nowhere/);
    await page.getByTestId("edit-folder").fill(folder);
    const forwarded = printer.klippySocket?.tcpAddress ?? "";
    await page.getByTestId("edit-socket").fill(forwarded);
    await page.getByTestId("edit-test").click();
    await page.getByTestId("test-ok").getByText(`Prints go to ${folder}`).waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "klipper-socket-edit");
    await page.getByTestId("edit-save").click();
    await row.getByText(forwarded).waitFor();
    expect(board.complaints).toEqual([]);
  });
});
