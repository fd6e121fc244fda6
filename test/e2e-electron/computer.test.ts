import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../support/apiClient.ts";
import { gcodeFile } from "../support/boardPage.ts";
import { screenshot } from "../support/chromium.ts";
import { DesktopBus } from "../support/desktopBus.ts";
import { addPrint, callHost, clearPlate, printersOf } from "../support/desktopHost.ts";
import { loginManager, PowerManagement, Wallet } from "../support/desktopServices.ts";
import { launchApp, type RunningApp, startApp, temporaryFolder } from "../support/electronApp.ts";
import { wholeScreen } from "../support/wholeScreen.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

/** The words of an autostart entry's command, read as a desktop reads them. */
function wordsOf(entry: string): string[] {
  const line = /^Exec=(.*)$/m.exec(entry)?.[1] ?? "";
  const unescaped = line.replaceAll("\\\\", "\\");
  return [...unescaped.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) =>
    word.replaceAll(/\\(.)/g, "$1").replaceAll("%%", "%"),
  );
}

/** A desktop of KDE's kind: tray, notifications, keyring, power management, and a system that sleeps. */
describe("the app and the computer it runs on", () => {
  const wallet = new Wallet();
  const power = new PowerManagement();
  let bus: DesktopBus;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: SimulatorProcess;
  let running: RunningApp;
  let url: string;
  let printer: string;

  const options = (words: readonly string[] = []) => ({
    dataDir: folder.path,
    words,
    env: {
      DBUS_SESSION_BUS_ADDRESS: bus.address,
      DBUS_SYSTEM_BUS_ADDRESS: bus.address,
      XDG_CURRENT_DESKTOP: "KDE",
      KDE_SESSION_VERSION: "5",
      XDG_CONFIG_HOME: join(folder.path, "config"),
    },
  });
  const view = async () => (await printersOf(url)).find(({ id }) => id === printer);
  const openSettings = async (): Promise<void> => {
    await running.page.evaluate(`void (location.hash = "#/settings?part=desktop")`);
    await running.page.getByTestId("settings-desktop").waitFor();
  };
  const sleeps = (asleep: boolean): void =>
    bus.tell(
      "/org/freedesktop/login1",
      "org.freedesktop.login1.Manager",
      "PrepareForSleep",
      "b",
      asleep,
    );

  beforeAll(async () => {
    folder = await temporaryFolder();
    bus = await DesktopBus.start({ services: [wallet, power, loginManager] });
    simulator = await startSimulatorProcess({ count: 1, speed: 20 });
    running = await launchApp(options());
    url = await running.page.evaluate("window.nextplate.hostUrl");
    await callHost(url, "farm.printers.add", {
      name: "Left",
      link: { kind: "moonraker", address: simulator.printers[0]?.url },
      options: { clear_grace: 0 },
    });
    printer = (await printersOf(url))[0]?.id ?? "";
  });

  afterAll(async () => {
    await running?.quit();
    await simulator?.stop();
    await bus?.stop();
    await folder?.forget();
  });

  it("keeps it awake while a print runs, unless that is not wanted", async () => {
    await addPrint(url, printer, "cube20_0.2mm_PETG.gcode");
    expect(power.inhibitors.size).toBe(0);
    await clearPlate(url, printer);
    await waitFor("the computer to be kept awake", () => power.inhibitors.size > 0);
    await openSettings();
    await running.page.getByTestId("desktop-awake").uncheck();
    await waitFor("the computer to be let go", () => power.inhibitors.size === 0);
    await running.page.getByTestId("desktop-awake").check();
    await waitFor("the computer to be kept awake again", () => power.inhibitors.size > 0);
  });

  it("is set up on a page of its own: quiet hours, notifications, start at login", async () => {
    await openSettings();
    const { page } = running;
    await page.getByTestId("quiet-hours").check();
    await page.getByTestId("quiet-from").fill("21:30");
    await page.getByTestId("notify-link").uncheck();
    await page.getByTestId("desktop-login").check();
    await page.getByTestId("desktop-hidden").check();
    await screenshot(page, "desktop-settings");
    const stored = await waitFor("the settings on disk", async () => {
      const text = await readFile(join(folder.path, "desktop", "settings.json"), "utf8");
      return text.includes('"startHidden": true') && text;
    });
    expect(JSON.parse(stored)).toMatchObject({
      quietHours: { from: 21 * 60 + 30, to: 7 * 60 },
      notify: { plate: true, link: false },
      openAtLogin: true,
    });
  });

  it("starts at login without a window, by the entry that was written", async () => {
    const entry = await readFile(
      join(folder.path, "config", "autostart", "nextplate.desktop"),
      "utf8",
    );
    const [program, ...words] = wordsOf(entry);
    expect(program).toBe(await running.app.evaluate(() => process.execPath));
    expect(words).toEqual([`--data-dir=${folder.path}`, "--hidden"]);
    await running.quit();
    bus.forgetTray();
    const app = await startApp(options(words));
    await waitFor("the tray of the hidden app", async () => (await bus.trayMenu()).length > 3);
    expect(app.windows()).toHaveLength(0);
    const opened = app.waitForEvent("window");
    await bus.clickTrayIcon();
    running = { app, page: await opened, quit: () => app.close() };
    url = await running.page.evaluate("window.nextplate.hostUrl");
    await openSettings();
    await running.page.getByTestId("desktop-login").uncheck();
    await waitFor("the entry to be gone", async () => {
      const file = join(folder.path, "config", "autostart", "nextplate.desktop");
      return readFile(file).then(
        () => false,
        () => true,
      );
    });
  });

  it("takes what is dropped on its icon in the dock, as a Mac hands it over", async () => {
    await running.app.evaluate(({ app }, file) => {
      app.emit("open-file", { preventDefault() {} }, file);
    }, gcodeFile("hex-spacer_0.2mm_PETG.gcode"));
    await running.page.getByText("hex-spacer_0.2mm_PETG is in the library").waitFor();
    const list = await (await fetch(`${url}farm/library/list?tree=farm:`)).text();
    expect(list).toContain("hex-spacer_0.2mm_PETG.gcode");
  });

  it("lets the keyring keep the key of a remote host, and never writes it in the clear", async () => {
    const secret = "np_a-key-that-is-looked-for-on-disk";
    await openSettings();
    const state: unknown = await running.page.evaluate("window.nextplate.state()");
    expect(state).toMatchObject({ canKeepSecrets: true, hasRemoteKey: false });
    await running.page.getByTestId("remote-address").fill("127.0.0.1:9");
    await running.page.getByTestId("remote-key").fill(secret);
    await running.page.getByTestId("remote-connect").click();
    const toRemote = running.app.waitForEvent("window");
    await running.page.getByTestId("confirm-remote-dialog").click();
    running = { ...running, page: await toRemote };
    const kept = await readFile(join(folder.path, "desktop", "remote-key"));
    expect(kept.includes(secret)).toBe(false);
    expect(wallet.entries.size).toBe(1);

    // Nobody answers there: the page says so, and the way back works all the same, also after a new start.
    await running.quit();
    running = await launchApp(options());
    await running.page.getByText("No connection to the host").first().waitFor();
    await screenshot(running.page, "desktop-remote-unreachable");
    await openSettings();
    await running.page.getByText("An API key is sent with every request").waitFor();
    const home = running.app.waitForEvent("window");
    await running.page.getByTestId("remote-leave").click();
    running = { ...running, page: await home };
    await running.page.locator("article").first().waitFor();
    url = await running.page.evaluate("window.nextplate.hostUrl");
    await expect(readFile(join(folder.path, "desktop", "remote-key"))).rejects.toThrow("ENOENT");
  });

  it("says what it is in its about box", async () => {
    await running.app.evaluate(({ app }) => app.showAboutPanel());
    // A box of the system's own toolkit: it is on the screen, and in no window of ours.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const shot = await wholeScreen(running.app);
    await writeFile("test-output/desktop-about.png", shot);
    expect(shot.length).toBeGreaterThan(10_000);
  });

  it("looks for its printers at once when it wakes up", async () => {
    // Last: a debugger loses its page when the system sleeps, though the window is untouched.
    const name = simulator.printers[0]?.name ?? "";
    await simulator.fault(name, "hostOff");
    const retry = await waitFor("a long wait for the next try", async () => {
      const next = (await view())?.link.next_retry ?? 0;
      return next - Date.now() / 1000 > 6 && next;
    });
    await simulator.fault(name, "hostOn");
    sleeps(true);
    sleeps(false);
    await waitFor("the connection", async () => (await view())?.link.state === "connected");
    expect(Date.now() / 1000).toBeLessThan(retry);
  });
});
