import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { waitFor } from "../support/apiClient.ts";
import { addPrint, callHost, clearPlate, printersOf } from "../support/desktopHost.ts";
import {
  electronExecutable,
  launchApp,
  type RunningApp,
  temporaryFolder,
} from "../support/electronApp.ts";
import { startSimulatorProcess } from "../support/simulatorProcess.ts";
import { newKeys, sha512Of, UpdateFeed } from "../support/updateFeed.ts";

const keys = newKeys();
/** Stand for the package: the updater starts the new one once, to let it settle. */
const FORMER = "#!/bin/sh\n# former\n";
const NEXT = "#!/bin/sh\n# next\n";
const offer = { version: "99.0.0", file: "Nextplate-99.0.0.AppImage", content: NEXT };
const Update = z.looseObject({ kind: z.string() });

/**
 * electron-updater itself, in a copy of the package that looks at a release page on this computer and takes
 * itself for an AppImage.
 */
describe("the packaged app and its updates", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let feed: UpdateFeed;
  let running: RunningApp | undefined;
  let image: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    feed = await UpdateFeed.start();
    image = join(folder.path, "Nextplate.AppImage");
    writeFileSync(image, FORMER, { mode: 0o755 });
    const resources = join(folder.path, "app", "resources");
    spawnSync("cp", ["-al", dirname(electronExecutable()), join(folder.path, "app")]);
    // A link to the package's own file must not be written through.
    rmSync(join(resources, "app-update.yml"));
    writeFileSync(
      join(resources, "app-update.yml"),
      `provider: generic\nurl: ${feed.url}\nupdaterCacheDirName: updates\n`,
    );
    rmSync(join(resources, "update-key.pem"), { force: true });
    writeFileSync(join(resources, "update-key.pem"), keys.publicKey);
  });

  afterEach(async () => {
    await running?.quit();
    running = undefined;
    await feed.stop();
    await folder.forget();
  });

  const launch = async (): Promise<RunningApp> => {
    running = await launchApp({
      executable: join(folder.path, "app", basename(electronExecutable())),
      dataDir: join(folder.path, "data"),
      env: { APPIMAGE: image, XDG_CACHE_HOME: join(folder.path, "cache") },
    });
    await running.page.waitForURL("nextplate://app/");
    return running;
  };
  const update = async ({ page }: RunningApp) =>
    Update.parse(await page.evaluate("window.nextplate.state().then(({ update }) => update)"));
  const updateOf = (app: RunningApp, kind: string) =>
    waitFor(`the update to be ${kind}`, async () => {
      const state = await update(app);
      return state.kind === kind && state;
    });
  const quit = async (app: RunningApp): Promise<string> => {
    await app.quit();
    running = undefined;
    return readFileSync(image, "utf8");
  };

  it("takes a signed version, and puts it in place when the app is quit", async () => {
    feed.offer(offer, keys.privateKey);
    const app = await launch();
    expect(await updateOf(app, "ready")).toEqual({ kind: "ready", version: "99.0.0" });
    expect(readFileSync(image, "utf8")).toBe(FORMER);
    expect(await quit(app)).toBe(NEXT);
  });

  it("does not even fetch what the project did not sign", async () => {
    feed.offer(offer, newKeys().privateKey);
    const app = await launch();
    await updateOf(app, "failed");
    expect(feed.asked).toContain("/latest-linux.yml");
    expect(feed.asked).not.toContain(`/${offer.file}`);
    expect(await quit(app)).toBe(FORMER);
  });

  it("drops a file that is not the one that was signed", async () => {
    feed.offer({ ...offer, sha512: sha512Of("another") }, keys.privateKey);
    const app = await launch();
    await updateOf(app, "failed");
    expect(feed.asked).toContain(`/${offer.file}`);
    expect(await quit(app)).toBe(FORMER);
  });

  it("waits its turn in a staged release, and takes betas when told to", async () => {
    feed.offer({ ...offer, stagingPercentage: 0 }, keys.privateKey);
    const app = await launch();
    await waitFor("the look", () => feed.asked.includes("/latest-linux.yml"));
    feed.offer({ ...offer, version: "99.1.0-beta.1" }, keys.privateKey, "beta");
    expect((await update(app)).kind).toBe("none");
    await app.page.evaluate(`window.nextplate.changeSettings({ updates: "beta" })`);
    expect(await updateOf(app, "ready")).toMatchObject({ version: "99.1.0-beta.1" });
    await app.page.evaluate(`window.nextplate.changeSettings({ updates: "off" })`);
    expect(await quit(app)).toBe(FORMER);
  });

  it("is not replaced by a quit in the middle of a print's start", async () => {
    feed.offer(offer, keys.privateKey);
    const simulator = await startSimulatorProcess({ count: 1, speed: 400 });
    try {
      const app = await launch();
      await updateOf(app, "ready");
      const url: string = await app.page.evaluate("window.nextplate.hostUrl");
      const [printer] = simulator.printers;
      await callHost(url, "farm.printers.add", {
        name: "Left",
        link: { kind: "moonraker", address: printer?.url },
        options: { clear_grace: 0 },
      });
      const [{ id } = { id: "" }] = await printersOf(url);
      await simulator.fault(printer?.name ?? "", "ignoreStart", 1);
      await simulator.fault(printer?.name ?? "", "slowAnswers", 600);
      // The person does not wait: "Quit Now".
      await app.app.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
      });
      await addPrint(url, id, "cube20_0.2mm_PETG.gcode");
      await clearPlate(url, id);
      await waitFor("the start to be sent", async () => {
        const [view] = await printersOf(url);
        return view?.queue.state === "starting";
      });
      expect(await quit(app)).toBe(FORMER);
    } finally {
      await simulator.stop();
    }
  });
});
