import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mkdir, writeFile } from "node:fs/promises";
import { waitFor } from "../support/apiClient.ts";
import { addPrint, callHost, clearPlate, printersOf, uploadTo } from "../support/desktopHost.ts";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

const FILES = ["cube20_0.2mm_PETG.gcode", "hex-spacer_0.2mm_PETG.gcode"] as const;

/** The page's process dies while a printer prints; the queues live in another one. */
describe("a crash of the page", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: SimulatorProcess;
  let running: RunningApp;
  let url: string;
  let printer: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulatorProcess({ count: 1, speed: 5 });
    running = await launchApp({ dataDir: folder.path });
    url = await running.page.evaluate("window.nextplate.hostUrl");
    await callHost(url, "farm.printers.add", {
      name: "Left",
      link: { kind: "moonraker", address: simulator.printers[0]?.url },
      options: { clear_grace: 0 },
    });
    printer = (await printersOf(url))[0]?.id ?? "";
    await addPrint(url, printer, FILES[0]);
    await uploadTo(url, printer, FILES[1]);
    await callHost(url, "farm.queue.post", { printer, files: [{ filename: FILES[1] }] });
    await clearPlate(url, printer);
    await waitFor("the print", async () => (await queue()).activity === "printing");
  });

  afterEach(async () => {
    await running.quit();
    await simulator.stop();
    await folder.forget();
  });

  /** What must not change by it. */
  const queue = async () => {
    const [view] = await printersOf(url);
    return {
      activity: view?.activity,
      attempt: view?.current?.attempt,
      plate: view?.plate.revision,
      rows: view?.queue.rows.map(({ job_id }) => job_id),
      state: view?.queue.state,
    };
  };

  /** The page dies; resolves with where the window is when something is shown again. */
  const crash = (): Promise<string> =>
    running.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents === undefined) return "no window";
      const loaded = new Promise<void>((resolve) => contents.once("did-finish-load", resolve));
      contents.forcefullyCrashRenderer();
      await loaded;
      return contents.getURL();
    });
  /** A page that has crashed is lost to its debugger: it is asked by the app itself. */
  const inPage = (script: string): Promise<unknown> =>
    running.app.evaluate(
      ({ BrowserWindow }, code) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
      script,
    );

  it("loads it again; print, queue and plate are as they were", async () => {
    const before = await queue();
    expect(before.rows).toHaveLength(1);
    expect(await crash()).toBe("nextplate://app/");
    await waitFor("the board with the print on it", async () =>
      String(await inPage("document.querySelector('article')?.textContent ?? ''")).includes(
        "cube20",
      ),
    );
    expect(await queue()).toEqual(before);
    const starts = (await simulator.record()).filter(({ event }) => event === "start_requested");
    expect(starts).toHaveLength(1);
  });

  it("that comes again and again is said on a page of its own, which leads back when told to", async () => {
    const before = await queue();
    for (let times = 1; times <= 3; times++) expect(await crash()).toBe("nextplate://app/");
    expect(await crash()).toBe("nextplate://app/crashed.html");
    expect(await inPage("document.body.innerText")).toContain("The board crashed several times");
    expect(await queue()).toEqual(before);
    const picture = await running.app.evaluate(async ({ BrowserWindow }) => {
      const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
      return image?.toPNG().toString("base64") ?? "";
    });
    await mkdir("test-output", { recursive: true });
    await writeFile("test-output/desktop-crashed.png", Buffer.from(picture, "base64"));
    const opened = running.app.waitForEvent("window");
    await inPage("document.querySelector('a').click()");
    running = { ...running, page: await opened };
    await running.page.locator("article").first().waitFor();
    expect(running.page.url()).toBe("nextplate://app/");
    expect(await queue()).toEqual(before);
  });
});
