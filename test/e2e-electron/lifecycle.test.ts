import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../support/apiClient.ts";
import { addPrint, callHost, clearPlate, printersOf } from "../support/desktopHost.ts";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";
import { HostProcess } from "../support/hostProcess.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

declare global {
  /** What the app's message boxes said; kept inside the app under test. */
  var messageBoxes: string[] | undefined;
}

describe("the end of the app", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: RunningApp;
  let simulator: SimulatorProcess;

  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulatorProcess({ count: 1, speed: 400 });
    running = await launchApp({ dataDir: folder.path });
  });

  afterEach(async () => {
    await running.quit();
    await simulator.stop();
    await folder.forget();
  });

  /** A printer is told to start and does not say whether it did; the app's message boxes are heard from now on. */
  async function startUnanswered(): Promise<void> {
    const url: string = await running.page.evaluate("window.nextplate.hostUrl");
    const [printer] = simulator.printers;
    await callHost(url, "farm.printers.add", {
      name: "Left",
      link: { kind: "moonraker", address: printer?.url },
      options: { clear_grace: 0 },
    });
    const [{ id } = { id: "" }] = await printersOf(url);
    // The start is never performed, and that takes a while to be known.
    await simulator.fault(printer?.name ?? "", "ignoreStart", 1);
    await simulator.fault(printer?.name ?? "", "slowAnswers", 600);
    await running.app.evaluate(({ dialog }) => {
      globalThis.messageBoxes = [];
      // A message box has no other handle for a test; it answers when the app takes it away.
      dialog.showMessageBox = (...given: readonly unknown[]) => {
        const options = given.at(-1) as Electron.MessageBoxOptions;
        globalThis.messageBoxes?.push(`${options.message} ${options.detail ?? ""}`);
        return new Promise((resolve) => {
          const answer = (): void => resolve({ response: 0, checkboxChecked: false });
          options.signal?.addEventListener("abort", answer);
        });
      };
    });
    await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
    await clearPlate(url, id);
    await waitFor("the start to be sent", async () => {
      const [view] = await printersOf(url);
      return view?.queue.state === "starting";
    });
  }

  it("waits until it is known whether a print has started, and says so", async () => {
    await startUnanswered();
    const ended = new Promise((resolve) => running.app.process().once("exit", resolve));
    await running.app.evaluate(({ app }) => app.quit());
    const said = await waitFor("the explanation", () =>
      running.app.evaluate(() => globalThis.messageBoxes?.[0]),
    );
    expect(said).toContain("A print is being started on Left.");
    await running.page.getByText("Nextplate quits as soon as").waitFor();
    expect(await ended).toBe(0);
    const sent = (await simulator.record()).filter(({ event }) => event === "start_requested");
    expect(sent).toHaveLength(1);
  });

  it("waits for the same before it leaves its own host for another computer's", async () => {
    const remote = await HostProcess.start({ simulate: 3 });
    try {
      await startUnanswered();
      const toRemote = running.app.waitForEvent("window");
      await running.page.evaluate(
        `void window.nextplate.connect({ url: ${JSON.stringify(remote.url)} }, null)`,
      );
      const said = await waitFor("the explanation", () =>
        running.app.evaluate(() => globalThis.messageBoxes?.[0]),
      );
      expect(said).toContain("A print is being started on Left. Nextplate changes as soon as");
      await (await toRemote).locator("article").nth(2).waitFor();
      const sent = (await simulator.record()).filter(({ event }) => event === "start_requested");
      expect(sent).toHaveLength(1);
    } finally {
      await remote.stop();
    }
  });

  it("shows another computer's host instead of its own, and comes back to it", async () => {
    const remote = await HostProcess.start({ simulate: 3 });
    try {
      const own: string = await running.page.evaluate("window.nextplate.hostUrl");
      const toRemote = running.app.waitForEvent("window");
      await running.page.evaluate(
        `void window.nextplate.connect({ url: ${JSON.stringify(remote.url)} }, null)`,
      );
      const page = await toRemote;
      await page.locator("article").nth(2).waitFor();
      expect(await page.evaluate("window.nextplate.hostUrl")).toBe(remote.url);
      await expect(fetch(own)).rejects.toThrow("fetch failed");
      const stored = await readFile(join(folder.path, "desktop", "settings.json"), "utf8");
      expect(stored).toContain(remote.url);

      const back = running.app.waitForEvent("window");
      await page.evaluate("void window.nextplate.connect(null, null)");
      const home = await back;
      await home.getByText("Add by address").waitFor();
    } finally {
      await remote.stop();
    }
  });
});
