import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DesktopSettingsChange } from "#shared/desktop/settings.ts";
import { waitFor } from "../support/apiClient.ts";
import { DesktopBus, type ShownNotification } from "../support/desktopBus.ts";
import { addPrint, callHost, clearPlate, printersOf } from "../support/desktopHost.ts";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

const FILE = "cube20_0.2mm_PETG.gcode";
const NAMES = ["Left", "Middle", "Right"] as const;

/** Three printers that print, one after another in what befalls them. */
describe("notifications", () => {
  let bus: DesktopBus;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: SimulatorProcess;
  let running: RunningApp;
  let url: string;
  const ids = new Map<string, string>();

  const place = (): Promise<string> => running.page.evaluate("location.hash");
  const idOf = (name: string): string => ids.get(name) ?? "";
  const activity = async (name: string) =>
    (await printersOf(url)).find(({ id }) => id === idOf(name))?.activity;
  const change = (settings: DesktopSettingsChange): Promise<unknown> =>
    running.page.evaluate(`window.nextplate.changeSettings(${JSON.stringify(settings)})`);
  const fault = (name: (typeof NAMES)[number], ...call: [string, ...unknown[]]): Promise<void> =>
    simulator.fault(simulator.printers[NAMES.indexOf(name)]?.name ?? "", ...call);
  const print = (name: string, what: "pause" | "resume"): Promise<void> =>
    callHost(`${url}printers/${idOf(name)}/`, `printer.print.${what}`, {});
  const clickLeadsTo = async (shown: ShownNotification, name: string): Promise<void> => {
    bus.clickNotification(shown);
    await waitFor(`the column of ${name}`, async () =>
      (await place()).endsWith(`?printer=${idOf(name)}`),
    );
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    bus = await DesktopBus.start();
    simulator = await startSimulatorProcess({ count: 3, speed: 20 });
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
    running = await launchApp({ dataDir: folder.path, env });
    url = await running.page.evaluate("window.nextplate.hostUrl");
    for (const [index, name] of NAMES.entries()) {
      await callHost(url, "farm.printers.add", {
        name,
        link: { kind: "moonraker", address: simulator.printers[index]?.url },
        options: { clear_grace: 0 },
      });
    }
    for (const { id, name } of await printersOf(url)) ids.set(name, id);
    for (const name of NAMES) await addPrint(url, idOf(name), FILE);
    for (const name of NAMES) await clearPlate(url, idOf(name));
    for (const name of NAMES) {
      await waitFor(`${name} to print`, async () => (await activity(name)) === "printing");
    }
  });

  afterAll(async () => {
    await running?.quit();
    await simulator?.stop();
    await bus?.stop();
    await folder?.forget();
  });

  it("tell of a paused print; a click leads to its column", async () => {
    await print("Left", "pause");
    const shown = await bus.notification(/^Print paused: Left$/);
    expect(shown.body).toBe(FILE);
    await clickLeadsTo(shown, "Left");
  });

  it("tell of a failed print what the printer said, as text and not as markup", async () => {
    await fault("Middle", "failMidPrint", 'Lost <a href="http://evil.example">it</a>', 0);
    const shown = await bus.notification(/^Print needs a decision: Middle$/);
    expect(shown.body).toContain(`${FILE}: `);
    expect(shown.body).toContain("Lost &lt;a href");
    await clickLeadsTo(shown, "Middle");
  });

  it("keep silent in quiet hours and about what nobody wants to hear of", async () => {
    const paused = () => bus.notifications.filter(({ title }) => title.startsWith("Print paused"));
    const before = paused().length;
    const { notify }: { notify: Record<string, boolean> } = await running.page.evaluate(
      "window.nextplate.state().then((state) => state.settings)",
    );
    const now = new Date();
    const minute = now.getHours() * 60 + now.getMinutes();
    const aroundNow = { from: (minute + 1430) % 1440, to: (minute + 10) % 1440 };
    for (const silence of [
      { quietHours: aroundNow },
      { quietHours: null, notify: { ...notify, paused: false } },
    ] as DesktopSettingsChange[]) {
      await change(silence);
      await print("Left", "resume");
      await waitFor("Left to go on", async () => (await activity("Left")) === "printing");
      await print("Left", "pause");
      await waitFor("Left to pause", async () => (await activity("Left")) === "paused");
      // Longer than notices are gathered for.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
    }
    expect(paused()).toHaveLength(before);
    await change({ notify: { plate: true, failed: true, paused: true, link: true } });
  });

  it("tell of a printer with work that cannot be reached; a click leads to its column", async () => {
    await fault("Right", "hostOff");
    const shown = await bus.notification(/^Printer lost: Right$/);
    expect(shown.body).not.toBe("");
    await clickLeadsTo(shown, "Right");
  });

  it("of one kind at one time are one, whose click opens the board", async () => {
    await addPrint(url, idOf("Middle"), FILE);
    await running.page.close({ runBeforeUnload: true });
    await simulator.stop();
    const shown = await bus.notification(/^2 printers lost$/);
    expect(shown.body.split(", ").toSorted()).toEqual(["Left", "Middle"]);
    const opened = running.app.waitForEvent("window");
    bus.clickNotification(shown);
    running = { ...running, page: await opened };
    await running.page.locator("article").nth(2).waitFor();
  });
});
