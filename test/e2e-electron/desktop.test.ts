import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../support/apiClient.ts";
import { addPrint, clearPlate, printersOf } from "../support/desktopHost.ts";
import { gcodeFile } from "../support/boardPage.ts";
import { screenshot } from "../support/chromium.ts";
import { DesktopBus, type TrayEntry } from "../support/desktopBus.ts";
import {
  launchApp,
  type RunningApp,
  startAgain,
  startApp,
  temporaryFolder,
} from "../support/electronApp.ts";

/** Evidence for people: what the app published. */
async function keep(name: string, text: string): Promise<void> {
  await mkdir("test-output", { recursive: true });
  await writeFile(join("test-output", name), text);
}

const outline = (entries: readonly TrayEntry[], depth = 0): string =>
  entries
    .map(
      ({ label, children }) =>
        `${"  ".repeat(depth)}${label || "---"}\n${outline(children, depth + 1)}`,
    )
    .join("");

describe("the app on a desktop with a tray and notifications", () => {
  let bus: DesktopBus;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: RunningApp;
  let url: string;

  const options = (words: readonly string[] = []) => ({
    dataDir: folder.path,
    simulate: 2,
    simSpeed: 400,
    words,
    env: { DBUS_SESSION_BUS_ADDRESS: bus.address },
  });
  const printers = () => printersOf(url);
  const windows = (): Promise<number> =>
    running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  const place = (): Promise<string> => running.page.evaluate("location.hash");

  beforeAll(async () => {
    folder = await temporaryFolder();
    bus = await DesktopBus.start();
    running = await launchApp(options());
    url = await running.page.evaluate("window.nextplate.hostUrl");
    await running.page.locator("article").nth(1).waitFor();
  });

  afterAll(async () => {
    await running?.quit();
    await bus?.stop();
    await folder?.forget();
  });

  it("has a tray icon that says how the farm is, with a submenu for each printer", async () => {
    const names = (await printers()).map(({ name }) => name);
    const menu = await waitFor("both printers in the tray", async () => {
      const entries = await bus.trayMenu();
      return names.every((name) => entries.some(({ label }) => label.endsWith(name))) && entries;
    });
    expect(menu.at(-1)?.label).toBe("Quit");
    const submenu = menu.find(({ label }) => label.endsWith(names[0] ?? ""))?.children;
    expect(submenu?.at(-1)?.label).toBe("Show on Board");
    expect(await bus.trayToolTip()).toMatch(/^Nextplate/);
    await keep("tray-menu.txt", outline(menu));
  });

  it("leads from a tray submenu to the printer's column", async () => {
    const second = (await printers())[1];
    const menu = await bus.trayMenu();
    const entry = menu.find(({ label }) => label.endsWith(second?.name ?? "?"))?.children.at(-1);
    expect(entry?.label).toBe("Show on Board");
    await bus.clickTrayEntry(entry?.id ?? -1);
    await waitFor("the column of the second printer", async () =>
      (await place()).endsWith(`?printer=${second?.id}`),
    );
  });

  it("shows the progress of a print on its icon in the dock, and who needs somebody", async () => {
    const id = (await printers())[1]?.id ?? "";
    await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
    await waitFor("the icon to call", () => bus.launcher.at(-1)?.count === 1);
    await clearPlate(url, id);
    const shares = () => bus.launcher.flatMap(({ progress }) => progress ?? []);
    await waitFor("some progress", () => new Set(shares()).size > 3);
    expect(new Set(bus.launcher.map(({ entry }) => entry))).toEqual(
      new Set(["application://nextplate.desktop"]),
    );
    expect(shares()).toEqual(shares().toSorted((a, b) => a - b));
    // Of the plate that the print lies on; then it is taken away.
    await waitFor("the end of the print", () => bus.launcher.at(-1)?.progress === null);
    await waitFor("the icon to call again", () => bus.launcher.at(-1)?.count === 1);
    await clearPlate(url, id);
    await waitFor("a silent icon", () => bus.launcher.at(-1)?.count === null);
  });

  it("notifies of a plate to clear; a click leads to the column", async () => {
    const [first] = await printers();
    const id = first?.id ?? "";
    await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
    await clearPlate(url, id);
    await waitFor("the print", async () => (await printers())[0]?.activity === "printing");
    bus.notifications.length = 0;
    bus.launcher.length = 0;
    const shown = await bus.notification(new RegExp(`^Plate to clear: ${first?.name}$`));
    expect(shown.body).toContain("cube20_0.2mm_PETG.gcode");
    await waitFor("the tray to call", async () => (await bus.trayToolTip()).includes("needs you"));
    await waitFor("the icon to call", () => bus.launcher.at(-1)?.count === 1);
    await keep("tray-menu-attention.txt", outline(await bus.trayMenu()));
    bus.clickNotification(shown);
    await waitFor("the column of the first printer", async () =>
      (await place()).endsWith(`?printer=${id}`),
    );
    await screenshot(running.page, "desktop-from-notification");
  });

  it("goes on without a window, and comes back from the tray", async () => {
    await running.page.close({ runBeforeUnload: true });
    await waitFor("no window", async () => (await windows()) === 0);
    expect((await printers()).length).toBe(2);
    const opened = running.app.waitForEvent("window");
    await bus.clickTrayIcon();
    running = { ...running, page: await opened };
    await running.page.locator("article").nth(1).waitFor();
  });

  it("takes files opened by a second start into the library and offers to queue them", async () => {
    const notGcode = join(folder.path, "picture.gcode");
    await writeFile(notGcode, new Uint8Array(2000).fill(0));
    expect(await startAgain(options([gcodeFile("hex-spacer_0.2mm_PETG.gcode"), notGcode]))).toBe(0);
    await running.page.getByText("hex-spacer_0.2mm_PETG is in the library").waitFor();
    await running.page.getByText("picture.gcode was not taken").waitFor();
    const list = await (await fetch(`${url}farm/library/list?tree=farm:`)).text();
    expect(list).toContain("hex-spacer_0.2mm_PETG.gcode");
    expect(list).not.toContain("picture.gcode");
    await screenshot(running.page, "desktop-opened-file");
  });

  it("follows a nextplate:// link to a printer's column", async () => {
    const id = (await printers())[1]?.id ?? "";
    expect(await startAgain(options([`nextplate://printer/${id}`]))).toBe(0);
    await waitFor("the linked column", async () => (await place()).endsWith(`?printer=${id}`));
  });

  it("starts hidden at login where it has a tray, and shows itself when asked", async () => {
    await running.quit();
    bus.forgetTray();
    const app = await startApp(options(["--hidden"]));
    await waitFor("the tray of the hidden app", async () => (await bus.trayMenu()).length > 4);
    expect(app.windows()).toHaveLength(0);
    const opened = app.waitForEvent("window");
    expect(await startAgain(options())).toBe(0);
    running = { app, page: await opened, quit: () => app.close() };
    await running.page.locator("article").nth(1).waitFor();
  });

  it("writes diagnostics without secrets", async () => {
    const file = join(folder.path, "diagnostics.txt");
    await running.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, file);
    expect(await running.page.evaluate("window.nextplate.exportDiagnostics()")).toBe(file);
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/^version: \d/m);
    expect(text).toContain("printers: 2");
  });
});
