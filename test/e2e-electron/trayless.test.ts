import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../support/apiClient.ts";
import { DesktopBus, type DesktopBusOptions } from "../support/desktopBus.ts";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";

describe("an app whose window is closed", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let bus: DesktopBus | undefined;
  let running: RunningApp | undefined;

  const start = async (options: DesktopBusOptions): Promise<[DesktopBus, RunningApp]> => {
    bus = await DesktopBus.start(options);
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
    running = await launchApp({ dataDir: folder.path, simulate: 1, env });
    await running.page.locator("article").first().waitFor();
    return [bus, running];
  };

  beforeEach(async () => void (folder = await temporaryFolder()));
  afterEach(async () => {
    await running?.quit();
    await bus?.stop();
    await folder.forget();
    running = undefined;
  });

  it("ends where no tray shows its icon: nobody could reach it any more", async () => {
    const [, { app, page }] = await start({ tray: false });
    const state: unknown = await page.evaluate("window.nextplate.state()");
    expect(state).toMatchObject({ settings: { tray: true }, livesInTray: false });
    const ended = once(app.process(), "exit");
    await page.close({ runBeforeUnload: true });
    expect(await ended).toEqual([0, null]);
    running = undefined;
  });

  it("opens it again when the tray goes away for good", async () => {
    const [desktop, { app, page }] = await start({});
    await waitFor("the tray to be known", async () => (await desktop.trayMenu()).length > 0);
    await page.close({ runBeforeUnload: true });
    await waitFor("no window", () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length === 0),
    );
    const opened = app.waitForEvent("window");
    await desktop.loseTray();
    const again = await opened;
    await again.locator("article").first().waitFor();
    expect(again.url()).toBe("nextplate://app/");
  });
});
