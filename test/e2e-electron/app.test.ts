import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE_JS_FLAGS } from "#shared/desktop/pageEngine.ts";
import { waitFor } from "../support/apiClient.ts";
import { BoardPage, gcodeFile } from "../support/boardPage.ts";
import { screenshot } from "../support/chromium.ts";
import { launchApp, type RunningApp, startAgain, temporaryFolder } from "../support/electronApp.ts";
import { addFile, printTwoFiles } from "../support/firstPrint.ts";
import { HostProcess } from "../support/hostProcess.ts";

describe("the desktop app", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: RunningApp;
  let board: BoardPage;
  const options = () => ({ dataDir: folder.path, simulate: 2, simSpeed: 300 });
  const start = async (): Promise<void> => {
    running = await launchApp(options());
    board = new BoardPage(running.page);
    await board.column(1);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    await start();
  });

  afterAll(async () => {
    await running?.quit();
    await folder?.forget();
  });

  it("opens one window on its own scheme", async () => {
    expect(running.page.url()).toBe("nextplate://app/");
    expect(running.app.windows()).toHaveLength(1);
    expect(await running.page.evaluate("window.origin")).toBe("nextplate://app");
  });

  it("prints two files one after the other, asking for the plate before each", async () => {
    await printTwoFiles(board, "desktop");
    expect(board.complaints).toEqual([]);
  });

  it("lets the page collect its garbage in small steps", async () => {
    const flags = await running.app.evaluate(({ app }) =>
      app.commandLine.getSwitchValue("js-flags"),
    );
    expect(flags).toBe(PAGE_JS_FLAGS);
  });

  it("gives the page a sandbox, no Node, and a frozen bridge and nothing more", async () => {
    const preferences = await running.app.evaluate(({ BrowserWindow }) => {
      // The method exists on every Electron and is in no type.
      const contents: unknown = BrowserWindow.getAllWindows()[0]?.webContents;
      return (contents as { getLastWebPreferences(): object }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    const seen = await running.page.evaluate(`({
      node: [typeof require, typeof process, typeof module, typeof Buffer],
      bridge: Object.keys(window.nextplate).sort(),
      frozen: Object.isFrozen(window.nextplate),
    })`);
    expect(seen).toEqual({
      node: ["undefined", "undefined", "undefined", "undefined"],
      bridge: [
        "changeSettings",
        "connect",
        "exportDiagnostics",
        "hostUrl",
        "onDidAsk",
        "platform",
        "revealDataFolder",
        "state",
        "takeAsks",
        "version",
      ],
      frozen: true,
    });
  });

  it("runs no script that is not a file of its own", async () => {
    const refused = await running.page.evaluate(`new Promise((resolve) => {
      const seen = [];
      document.addEventListener("securitypolicyviolation", (event) => {
        seen.push(event.effectiveDirective);
        if (seen.length === 2) resolve({ seen, ran: window.ran ?? false });
      });
      const inline = document.createElement("script");
      inline.textContent = "window.ran = true";
      document.body.append(inline);
      const picture = document.createElement("img");
      picture.src = "http://127.0.0.1:1/foreign.png";
      document.body.append(picture);
    })`);
    expect(refused).toEqual({ seen: ["script-src-elem", "img-src"], ran: false });
    const evaluated = running.page.evaluate(`(() => {
      const script = document.createElement("script");
      script.src = "data:text/javascript,window.ran=true";
      return new Promise((resolve) => {
        script.onload = () => resolve("ran");
        script.onerror = () => resolve("refused");
        document.body.append(script);
      });
    })()`);
    expect(await evaluated).toBe("refused");
  });

  it("opens no window and goes nowhere", async () => {
    expect(await running.page.evaluate(`window.open("https://example.org/") === null`)).toBe(true);
    await running.page.evaluate(`void (location.href = "https://example.org/")`);
    await running.page.evaluate(`void (location.href = "file:///etc/passwd")`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(running.page.url()).toBe("nextplate://app/");
    expect(running.app.windows()).toHaveLength(1);
  });

  it("denies permissions", async () => {
    const states = await running.page.evaluate(`Promise.all(
      ["geolocation", "notifications", "camera"].map(
        async (name) => (await navigator.permissions.query({ name })).state))`);
    expect(states).toEqual(["denied", "denied", "denied"]);
  });

  it("brings the first window forward when it is started again, and the second one ends", async () => {
    await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    expect(await startAgain(options())).toBe(0);
    await waitFor("the first window to be restored", () =>
      running.app.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false,
      ),
    );
    expect(running.app.windows()).toHaveLength(1);
  });

  it("keeps the queue over quit and start", async () => {
    await running.quit();
    await start();
    const column = await board.column(1);
    await addFile(column, "bracket_0.2mm_PETG.gcode");
    await waitFor("the file in the queue", async () => (await column.rows().count()) === 1);
    const before = await column.rows().first().getAttribute("data-testid");
    await running.quit();

    await start();
    const again = await board.column(1);
    await again.rows().first().waitFor();
    expect(await again.rows().count()).toBe(1);
    expect(await again.rows().first().getAttribute("data-testid")).toBe(before);
    await screenshot(running.page, "desktop-reopened");
  });

  it("opens where its window was closed, with the file it is started for", async () => {
    const bounds = { x: 60, y: 80, width: 900, height: 700 };
    await running.app.evaluate(
      ({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place),
      bounds,
    );
    await running.quit();
    const words = [gcodeFile("hex-spacer_0.2mm_PETG.gcode")];
    running = await launchApp({ ...options(), words });
    await running.page.getByText("hex-spacer_0.2mm_PETG is in the library").waitFor();
    const place = await running.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    );
    expect(place).toEqual(bounds);
  });
});

describe("the desktop app on a data folder in use", () => {
  it("says so on a page, and starts once the folder is free", async () => {
    const host = await HostProcess.start();
    let running: RunningApp | undefined;
    try {
      running = await launchApp({ dataDir: host.dataDir });
      const alert = running.page.getByRole("alert");
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(/in use/i);
      await screenshot(running.page, "desktop-folder-in-use");
      await host.kill();
      const reopened = running.app.waitForEvent("window");
      await running.page.getByRole("link", { name: "Try again" }).click();
      const page = await reopened;
      await page.waitForURL("nextplate://app/");
    } finally {
      await running?.quit();
      await host.stop();
    }
  });
});
