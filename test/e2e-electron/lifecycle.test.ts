import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../support/apiClient.ts";
import { BoardPage, gcodeFile } from "../support/boardPage.ts";
import { addPrint, callHost, clearPlate, printersOf } from "../support/desktopHost.ts";
import { launchApp, type RunningApp, startAgain, temporaryFolder } from "../support/electronApp.ts";
import { addFile } from "../support/firstPrint.ts";
import { HostProcess } from "../support/hostProcess.ts";
import { KeyedGateway } from "../support/keyedGateway.ts";
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
    simulator = await startSimulatorProcess({ count: 2, speed: 400 });
    running = await launchApp({ dataDir: folder.path });
  });

  afterEach(async () => {
    await running.quit();
    await simulator.stop();
    await folder.forget();
  });

  /** Adds a simulated printer and resolves with the host's address and the printer's id there. */
  async function addPrinter(name: "Left" | "Right"): Promise<{ url: string; id: string }> {
    const url: string = await running.page.evaluate("window.nextplate.hostUrl");
    const printer = simulator.printers[name === "Left" ? 0 : 1];
    await callHost(url, "farm.printers.add", {
      name,
      link: { kind: "moonraker", address: printer?.url },
      options: { clear_grace: 0 },
    });
    return { url, id: (await printersOf(url)).find((view) => view.name === name)?.id ?? "" };
  }

  /** From now on message boxes are heard, and stay until the app takes them away. */
  const hearBoxes = (): Promise<void> =>
    running.app.evaluate(({ dialog }) => {
      globalThis.messageBoxes = [];
      // A message box has no other handle for a test.
      dialog.showMessageBox = (...given: readonly unknown[]) => {
        const options = given.at(-1) as Electron.MessageBoxOptions;
        globalThis.messageBoxes?.push(`${options.message} ${options.detail ?? ""}`);
        return new Promise((resolve) => {
          const answer = (): void => resolve({ response: 0, checkboxChecked: false });
          options.signal?.addEventListener("abort", answer);
        });
      };
    });
  const explanation = (): Promise<string> =>
    waitFor("the explanation", () => running.app.evaluate(() => globalThis.messageBoxes?.[0]));
  const startsSent = async (): Promise<readonly string[]> =>
    (await simulator.record())
      .filter(({ event }) => event === "start_requested")
      .map(({ printer }) => printer);

  /** A printer is told to start and does not say whether it did; what it says comes `late` milliseconds later. */
  async function startUnanswered(late = 600): Promise<void> {
    const { url, id } = await addPrinter("Left");
    const [printer] = simulator.printers;
    // The start is never performed, and that takes a while to be known.
    await simulator.fault(printer?.name ?? "", "ignoreStart", 1);
    await simulator.fault(printer?.name ?? "", "slowAnswers", 600);
    await hearBoxes();
    await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
    await clearPlate(url, id);
    await waitFor("the start to be sent", async () => {
      const view = (await printersOf(url)).find((printer) => printer.id === id);
      return view?.queue.state === "starting";
    });
    await simulator.fault(printer?.name ?? "", "slowAnswers", late);
  }

  it("waits until it is known whether a print has started, and says so", async () => {
    await startUnanswered();
    const ended = new Promise((resolve) => running.app.process().once("exit", resolve));
    await running.app.evaluate(({ app }) => app.quit());
    expect(await explanation()).toContain(
      "A print is being started on Left. Nextplate quits as soon as",
    );
    expect(await ended).toBe(0);
    expect(await startsSent()).toHaveLength(1);
  });

  it("begins no other print while it waits", async () => {
    const { url, id } = await addPrinter("Right");
    await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
    await startUnanswered(4_000);
    const ended = new Promise((resolve) => running.app.process().once("exit", resolve));
    await running.app.evaluate(({ app }) => app.quit());
    await explanation();
    await clearPlate(url, id);
    // Longer than it takes to send the other printer its start.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect((await printersOf(url)).find((view) => view.id === id)).toMatchObject({
      plate: { state: "clear" },
      queue: { rows: [{ filename: "cube20_0.2mm_PETG.gcode" }] },
    });
    expect(await ended).toBe(0);
    expect(await startsSent()).toEqual([simulator.printers[0]?.name]);
  });

  it("goes on when told to keep running: the window stays, and other prints begin", async () => {
    const { url, id } = await addPrinter("Right");
    await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
    await startUnanswered(4_000);
    /** The box is closed at once with its first button, which keeps the app, or its second. */
    const answer = (button: 0 | 1): Promise<void> =>
      running.app.evaluate(({ dialog }, response) => {
        dialog.showMessageBox = (...given: readonly unknown[]) => {
          const options = given.at(-1) as Electron.MessageBoxOptions;
          globalThis.messageBoxes?.push(`${options.buttons?.[response]}`);
          return Promise.resolve({ response, checkboxChecked: false });
        };
      }, button);
    await answer(0);
    await running.app.evaluate(({ app }) => app.quit());
    expect(await explanation()).toBe("Keep Running");
    await clearPlate(url, id);
    await waitFor("the other printer's start", async () =>
      (await startsSent()).includes(simulator.printers[1]?.name ?? ""),
    );
    expect(running.app.process().exitCode).toBeNull();
    expect(running.page.isClosed()).toBe(false);
    // Or the end of the test would be told the same.
    await answer(1);
  });

  it("waits for the same before it leaves its own host for another computer's", async () => {
    const remote = await HostProcess.start({ simulate: 3 });
    try {
      await startUnanswered();
      const toRemote = running.app.waitForEvent("window");
      await running.page.evaluate(
        `void window.nextplate.connect({ url: ${JSON.stringify(remote.url)} }, null)`,
      );
      expect(await explanation()).toContain(
        "A print is being started on Left. Nextplate changes as soon as",
      );
      await (await toRemote).locator("article").nth(2).waitFor();
      expect(await startsSent()).toHaveLength(1);
    } finally {
      await remote.stop();
    }
  });

  it("shows the key to another computer's host in whatever way it speaks to it", async () => {
    const remote = await HostProcess.start({ simulate: 2 });
    const gateway = await KeyedGateway.start(remote.url, "np_the-key");
    try {
      const toRemote = running.app.waitForEvent("window");
      await running.page.evaluate(
        `void window.nextplate.connect({ url: ${JSON.stringify(gateway.url)} }, "np_the-key")`,
      );
      const page = await toRemote;
      const board = new BoardPage(page);
      await page.locator("article").nth(1).waitFor();
      // By the page's websocket, its uploads and pictures, and by the shell's own uploads.
      await addFile(await board.column(0), "cube20_0.2mm_PETG.gcode");
      const file = gcodeFile("hex-spacer_0.2mm_PETG.gcode");
      expect(await startAgain({ dataDir: folder.path, words: [file] })).toBe(0);
      await page.getByText("hex-spacer_0.2mm_PETG is in the library").waitFor();
      const list = await (await fetch(`${remote.url}farm/library/list?tree=farm:`)).text();
      expect(list).toContain("hex-spacer_0.2mm_PETG.gcode");
      expect(gateway.refused).toEqual([]);
      expect(board.complaints).toEqual([]);
    } finally {
      await gateway.stop();
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
