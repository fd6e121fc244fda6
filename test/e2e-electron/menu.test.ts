import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MenuItem } from "electron";
import { waitFor } from "../support/apiClient.ts";
import { screenshot } from "../support/chromium.ts";
import { DesktopBus } from "../support/desktopBus.ts";
import { callHost, clearPlate, printersOf, uploadTo } from "../support/desktopHost.ts";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";

const FILES = ["cube20_0.2mm_PETG.gcode", "hex-spacer_0.2mm_PETG.gcode"] as const;

/** The keys of the board in the application menu, and the language of everything outside the page. */
describe("the menus of the app", () => {
  let bus: DesktopBus;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: RunningApp;
  let url: string;
  let printer: string;

  /** Chooses an item by its label, as the mouse does. */
  const choose = (label: string): Promise<unknown> =>
    running.app.evaluate(({ BrowserWindow, Menu }, wanted) => {
      const find = (items: readonly MenuItem[]): MenuItem | undefined =>
        items
          .flatMap((one) => [one, find(one.submenu?.items ?? [])])
          .find((one) => one?.label === wanted);
      const item = find(Menu.getApplicationMenu()?.items ?? []);
      if (item === undefined) throw new Error(`There is no item ${wanted}`);
      item.click(
        {},
        BrowserWindow.getAllWindows()[0],
        BrowserWindow.getAllWindows()[0]?.webContents,
      );
    }, label);
  const labels = (): Promise<readonly string[]> =>
    running.app.evaluate(({ Menu }) => {
      const all = (items: readonly MenuItem[]): string[] =>
        items.flatMap((one) => [one.label, ...all(one.submenu?.items ?? [])]);
      return all(Menu.getApplicationMenu()?.items ?? []).filter((label) => label !== "");
    });
  /** A key of the keyboard, which passes the page and then the menu. */
  const type = (keyCode: string, modifiers: ("alt" | "control")[] = []): Promise<void> =>
    running.app.evaluate(
      ({ BrowserWindow }, key) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.sendInputEvent({ type: "keyDown", ...key });
        contents?.sendInputEvent({ type: "keyUp", ...key });
      },
      { keyCode, modifiers },
    );
  const queue = async (index = 0) => (await printersOf(url))[index]?.queue.rows ?? [];
  const names = async (index = 0) => (await queue(index)).map(({ filename }) => filename);
  const rows = () => running.page.locator("article").first().locator("[data-row]");

  beforeAll(async () => {
    folder = await temporaryFolder();
    bus = await DesktopBus.start();
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
    running = await launchApp({ dataDir: folder.path, simulate: 2, env });
    url = await running.page.evaluate("window.nextplate.hostUrl");
    await running.page.locator("article").nth(1).waitFor();
    printer = (await printersOf(url))[0]?.id ?? "";
    for (const file of FILES) await uploadTo(url, printer, file);
    const files = FILES.map((filename) => ({ filename }));
    await callHost(url, "farm.queue.post", { printer, files });
    await rows().nth(1).waitFor();
  });

  beforeEach(async () => {
    await running.page.keyboard.press("Escape");
    await rows().first().click();
  });

  afterAll(async () => {
    await running?.quit();
    await bus?.stop();
    await folder?.forget();
  });

  it("do what the key does to the job that was chosen, and undo it", async () => {
    await choose("Move to the End");
    await waitFor("the other order", async () => (await names())[0] === FILES[1]);
    await choose("Undo");
    await waitFor("the former order", async () => (await names())[0] === FILES[0]);
    await rows().first().click();
    await choose("Hold or Release");
    await waitFor("the hold", async () => (await queue())[0]?.hold !== null);
    await choose("Hold or Release");
    await waitFor("the release", async () => (await queue())[0]?.hold === null);
    await choose("Move to the Printer on the Right");
    await waitFor("the move", async () => (await names(1))[0] === FILES[0]);
    await choose("Undo");
    await waitFor("the job again", async () => (await names())[0] === FILES[0]);
    expect([await names(), await names(1)]).toEqual([[...FILES], []]);
  });

  it("show a key without taking it: it acts once", async () => {
    await type("End", ["alt"]);
    await waitFor("the other order", async () => (await names())[0] === FILES[1]);
    await type("Z", ["control"]);
    await waitFor("the former order", async () => (await names())[0] === FILES[0]);
    await rows().first().click();
    await type("h");
    await waitFor("the hold", async () => (await queue())[0]?.hold !== null);
    // A second one would have released it.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await queue())[0]?.hold).not.toBeNull();
    await type("h");
    await waitFor("the release", async () => (await queue())[0]?.hold === null);
  });

  it("leave text fields and dialogs alone, by key and by mouse", async () => {
    const before = await queue();
    const search = running.page.getByTestId("search");
    await search.fill("");
    await search.click();
    await type("m");
    await type("Delete");
    await choose("Remove from Queue");
    await choose("Move to…");
    expect(await running.page.getByRole("dialog").count()).toBe(0);
    await search.fill("");
    await rows().first().click();
    await choose("Change Note…");
    await running.page.getByRole("dialog").waitFor();
    await choose("Remove from Queue");
    await choose("Undo");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await queue()).map(({ job_id }) => job_id)).toEqual(before.map(({ job_id }) => job_id));
    await running.page.keyboard.press("Escape");
  });

  it("ask for a job where none was chosen", async () => {
    await running.page.evaluate(`void (location.hash = "#/history")`);
    await running.page.locator("article").first().waitFor({ state: "hidden" });
    await choose("Hold or Release");
    await running.page.getByText("Choose a job on the board first.").waitFor();
    await choose("2");
    const column = await waitFor("a column", () =>
      running.page
        .evaluate<string | null>(
          "document.activeElement?.closest('article')?.dataset.testid ?? null",
        )
        .then((name) => name ?? undefined),
    );
    expect(column).toBe(`printer-${(await printersOf(url))[1]?.id}`);
  });

  it("speak the language of the page, as tray and notifications do", async () => {
    await running.page.evaluate(`void (location.hash = "#/settings?part=keys")`);
    await waitFor("the list of keys in view", () =>
      running.page.evaluate<boolean>(
        "document.querySelector('[data-testid=board-keys]')?.getBoundingClientRect().top < innerHeight - 200",
      ),
    );
    await screenshot(running.page, "desktop-keys");
    await running.page.getByTestId("set-language").getByText("Deutsch").click();
    const german = await waitFor("the German menu", async () => {
      const all = await labels();
      return all.includes("&Warteschlange") && all;
    });
    for (const label of ["&Datei", "Zurückhalten oder freigeben", "Über Nextplate", "Beenden"]) {
      expect(german).toContain(label);
    }
    for (const word of ["Quit", "Copy", "Reload", "Zoom In"]) expect(german).not.toContain(word);
    const tray = await waitFor("the German tray", async () => {
      const entries = await bus.trayMenu();
      return entries.at(-1)?.label === "Beenden" && entries;
    });
    expect(tray.flatMap(({ children }) => children.map(({ label }) => label))).toContain(
      "Auf dem Board zeigen",
    );
    await screenshot(running.page, "desktop-keys-german");
    // The keyboard is in a field of the settings, where keys of the board do nothing.
    await running.page.evaluate("document.activeElement.blur()");
    await choose("Zurückhalten oder freigeben");
    await running.page.getByText("Wählen Sie zuerst auf dem Board einen Auftrag.").waitFor();
    await callHost(url, "farm.queue.start", { printer });
    await clearPlate(url, printer);
    await waitFor("the print", async () => (await printersOf(url))[0]?.activity === "printing");
    await callHost(`${url}printers/${printer}/`, "printer.print.pause", {});
    await bus.notification(/^Druck pausiert: /);
  });
});
