import { describe, expect, it } from "vitest";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import { readDescription, signDescription } from "../../../build/signUpdate.ts";
import { isSignedUpdate } from "../../../electron/main/updateSignature.ts";
import { type Updater, Updates } from "../../../electron/main/updates.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { describeUpdate, newKeys } from "../../support/updateFeed.ts";

const keys = newKeys();
const offered = { version: "0.2.0", file: "Nextplate-0.2.0.AppImage", content: "new" };

/** A description as electron-updater hands it on: parsed, with whatever fields it has. */
function described(version = "0.2.0", privateKey: string | null = keys.privateKey) {
  const text = describeUpdate({ ...offered, version });
  const fields = readDescription(text);
  if (privateKey === null) return fields;
  const [, nextplateSignature] =
    /nextplateSignature: (.+)/.exec(signDescription(text, privateKey)) ?? [];
  return { ...fields, nextplateSignature };
}

function updates(found: { info?: unknown; channel?: DesktopSettings["updates"] } = {}) {
  const clock = new ManualClock();
  const fetched: unknown[] = [];
  const world = {
    info: "info" in found ? found.info : described(),
    channel: found.channel ?? "stable",
  };
  const updater: Updater = {
    channel: null,
    allowPrerelease: false,
    allowDowngrade: true,
    autoDownload: true,
    autoInstallOnAppQuit: false,
    checkForUpdates: () =>
      Promise.resolve({ isUpdateAvailable: world.info !== null, updateInfo: world.info }),
    downloadUpdate: () => {
      fetched.push({ mayInstall: updater.autoInstallOnAppQuit });
      return Promise.resolve();
    },
  };
  const loads: number[] = [];
  const made = new Updates({
    load: () => {
      loads.push(1);
      return Promise.resolve(updater);
    },
    publicKey: () => keys.publicKey,
    channel: () => world.channel,
    clock,
    onDidChange: () => {},
  });
  return { made, updater, fetched, world, clock, loads };
}

describe("updates", () => {
  it("are fetched after their signature was checked, and installed by a safe quit", async () => {
    const { made, updater, fetched } = updates();
    await made.look();
    expect(made.state).toEqual({ kind: "ready", version: "0.2.0" });
    expect(fetched).toEqual([{ mayInstall: true }]);
    expect(updater).toMatchObject({ autoDownload: false, allowDowngrade: false });
    made.prepareQuit(true);
    expect(updater.autoInstallOnAppQuit).toBe(true);
  });

  it("are not installed by a quit in the middle of a print's start", async () => {
    const { made, updater } = updates();
    await made.look();
    made.prepareQuit(false);
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it.each([
    ["nobody signed", described("0.2.0", null)],
    ["another key signed", described("0.2.0", newKeys().privateKey)],
    ["was signed as another version", { ...described("0.2.0"), version: "0.3.0" }],
    [
      "had its file exchanged after it was signed",
      { ...described(), files: [{ url: offered.file, sha512: "another" }] },
    ],
  ])("are not even fetched when the description %s", async (_what, info) => {
    const { made, updater, fetched } = updates({ info });
    await made.look();
    expect(made.state.kind).toBe("failed");
    expect(fetched).toEqual([]);
    made.prepareQuit(true);
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it("are looked for on the channel that was chosen, from the next look on", async () => {
    const { made, updater, world, fetched } = updates({ channel: "beta", info: null });
    await made.look();
    expect(updater).toMatchObject({ channel: "beta", allowPrerelease: true });
    world.channel = "stable";
    world.info = described();
    await made.look();
    expect(updater).toMatchObject({ channel: "latest", allowPrerelease: false });
    expect(fetched).toHaveLength(1);
    world.channel = "off";
    await made.look();
    made.prepareQuit(true);
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it("stay ready when a later look fails, and are forgotten when they are withdrawn", async () => {
    const { made, updater, world } = updates();
    await made.look();
    updater.checkForUpdates = () => Promise.reject(new Error("no network"));
    await made.look();
    expect(made.state.kind).toBe("ready");
    updater.checkForUpdates = () =>
      Promise.resolve({ isUpdateAvailable: false, updateInfo: world.info });
    await made.look();
    made.prepareQuit(true);
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it("load nothing while they are off", async () => {
    const { made, loads } = updates({ channel: "off" });
    await made.look();
    expect(loads).toEqual([]);
  });

  it("are looked for every six hours, and fetched once", async () => {
    const { made, clock, fetched, world } = updates({ info: null });
    await made.follow();
    expect(made.state.kind).toBe("none");
    world.info = described();
    await clock.advance(6 * 3_600_000);
    await clock.advance(6 * 3_600_000);
    expect(made.state.kind).toBe("ready");
    expect(fetched).toHaveLength(1);
    made.prepareQuit(true);
    expect(clock.pending).toBe(0);
  });
});

describe("the signature of an update", () => {
  it("holds for what electron-builder wrote, and is put in the place of an older one", () => {
    const text = describeUpdate(offered);
    const once = signDescription(text, newKeys().privateKey);
    const twice = signDescription(once, keys.privateKey);
    expect(twice.match(/nextplateSignature/g)).toHaveLength(1);
    expect(twice).toContain(text);
    expect(isSignedUpdate(described(), keys.publicKey)).toBe(true);
  });

  it("is refused where it cannot be checked", () => {
    expect(isSignedUpdate(described(), "no key")).toBe(false);
    expect(isSignedUpdate({ version: "0.2.0", files: [] }, keys.publicKey)).toBe(false);
    expect(isSignedUpdate(null, keys.publicKey)).toBe(false);
  });
});
