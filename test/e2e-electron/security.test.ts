import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";

declare global {
  /** What the app under test handed to the system's browser. */
  var openedOutside: string[] | undefined;
}

describe("what a hostile page of the app could do", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: RunningApp;

  beforeAll(async () => {
    folder = await temporaryFolder();
    running = await launchApp({ dataDir: folder.path });
    await running.page.locator("main").waitFor();
  });

  afterAll(async () => {
    await running?.quit();
    await folder?.forget();
  });

  it("open known sites and its own host in the browser, and nothing else", async () => {
    await running.app.evaluate(({ shell }) => {
      globalThis.openedOutside = [];
      shell.openExternal = (url: string) => {
        globalThis.openedOutside?.push(url);
        return Promise.resolve();
      };
    });
    const tried = [
      "https://github.com/nextplate/nextplate",
      "http://github.com/plain",
      "https://github.com.evil.example/",
      "https://user:word@github.com/",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "smb://evil.example/share",
      "ms-settings:privacy",
    ];
    for (const link of tried) {
      await running.page.evaluate(`void window.open(${JSON.stringify(link)})`);
    }
    expect(await running.app.evaluate(() => globalThis.openedOutside)).toEqual([
      "https://github.com/nextplate/nextplate",
    ]);
    expect(running.app.windows()).toHaveLength(1);
  });

  it("get no answer from the shell in another window, even with the app's own preload and address", async () => {
    const answers = await running.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/index.cjs`;
      const boot = JSON.stringify({ hostUrl: "http://127.0.0.1:1/", version: "0" });
      const stranger = new BrowserWindow({
        show: false,
        webPreferences: { preload, additionalArguments: [`--nextplate-boot=${boot}`] },
      });
      await stranger.loadURL("nextplate://app/");
      const said: unknown = await stranger.webContents.executeJavaScript(`Promise.all([
        window.nextplate.state(),
        window.nextplate.changeSettings({ tray: false }),
        window.nextplate.connect({ url: "http://evil.example/" }, null),
        window.nextplate.exportDiagnostics(),
        window.nextplate.takeAsks(),
        window.nextplate.revealDataFolder(),
      ].map((answer) => answer.then(() => "answered", (error) => error.message)))`);
      stranger.destroy();
      return said;
    });
    expect(answers).toEqual(Array(6).fill(expect.stringContaining("is not answered to this page")));
  });

  it("get no answer from the shell while its window shows another page", async () => {
    const said = await running.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents === undefined) return "no window";
      await contents.loadURL("data:text/html,<title>other</title>");
      const answer: unknown = await contents.executeJavaScript(
        "window.nextplate.state().then(() => 'answered', (error) => error.message)",
      );
      await contents.loadURL("nextplate://app/");
      return answer;
    });
    expect(said).toContain("is not answered to this page");
    await running.page.locator("main").waitFor();
  });

  it("send the shell nothing but what the schema of a channel allows", async () => {
    const refused = await running.page.evaluate(`Promise.all([
      window.nextplate.changeSettings({ remote: { url: "http://evil.example/" } }),
      window.nextplate.changeSettings({ quietHours: { from: -1, to: 5000 } }),
      window.nextplate.connect({ url: "file:///etc/passwd" }, null),
      window.nextplate.connect({ url: "javascript:alert(1)" }, null),
    ].map((answer) => answer.then(() => "answered", () => "refused")))`);
    expect(refused).toEqual(Array(4).fill("refused"));
  });

  it("reach no frame, worker or plugin of another origin", async () => {
    const blocked = await running.page.evaluate(`new Promise((resolve) => {
      const seen = new Set();
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        seen.add(effectiveDirective);
        if (seen.size === 4) resolve([...seen].sort());
      });
      const frame = document.createElement("iframe");
      frame.src = "https://example.org/";
      const plugin = document.createElement("object");
      plugin.data = "https://example.org/x.swf";
      document.body.append(frame, plugin);
      fetch("http://127.0.0.1:1/").catch(() => {});
      try { new Worker("data:text/javascript,0"); } catch { /* The violation is what counts. */ }
    })`);
    expect(blocked).toEqual(["connect-src", "frame-src", "object-src", "worker-src"]);
  });

  it("ask for no camera, place, notification or device", async () => {
    const refused = await running.page.evaluate(`Promise.all([
      new Promise((done) => navigator.geolocation.getCurrentPosition(() => done("granted"), () => done("refused"))),
      navigator.mediaDevices.getUserMedia({ video: true }).then(() => "granted", () => "refused"),
      Notification.requestPermission().then((word) => (word === "granted" ? word : "refused")),
      navigator.clipboard.readText().then(() => "granted", () => "refused"),
    ])`);
    expect(refused).toEqual(Array(4).fill("refused"));
  });

  it("keep the app from its end", async () => {
    await running.page.locator("main").click();
    await running.page.evaluate(`window.onbeforeunload = () => "stay"`);
    const ended = once(running.app.process(), "exit");
    await running.app.evaluate(({ app }) => app.quit());
    expect(await ended).toEqual([0, null]);
  });
});
