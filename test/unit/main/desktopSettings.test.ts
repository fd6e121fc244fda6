import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DEFAULT_SETTINGS,
  DesktopSettingsChange,
  readSettings,
  RemoteHost,
} from "#shared/desktop/settings.ts";
import { RemoteKey } from "../../../electron/main/remoteKey.ts";
import { SettingsFile } from "../../../electron/main/settingsFile.ts";

describe("the settings of the desktop app", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "nextplate-settings-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("outlive the app, and what is not changed stays", () => {
    const file = join(folder, "deep", "settings.json");
    new SettingsFile(file).change({ tray: false, keepAwake: undefined });
    expect(new SettingsFile(file).value).toEqual({ ...DEFAULT_SETTINGS, tray: false });
  });

  it("are the defaults where the file is broken, and field by field where a value is", async () => {
    const file = join(folder, "settings.json");
    await writeFile(file, "{ torn");
    expect(new SettingsFile(file).value).toEqual(DEFAULT_SETTINGS);
    expect(readSettings({ tray: false, quietHours: "night", foreign: 1 })).toEqual({
      ...DEFAULT_SETTINGS,
      tray: false,
    });
  });

  it("take no unknown field and no remote host from a page", () => {
    expect(DesktopSettingsChange.safeParse({ remote: null }).success).toBe(false);
    expect(DesktopSettingsChange.safeParse({ exec: "sh" }).success).toBe(false);
  });
});

describe("the address of a remote host", () => {
  it("carries no password: it would lie on the disk in the clear", () => {
    expect(RemoteHost.safeParse({ url: "http://farm.local:7140/" }).success).toBe(true);
    expect(RemoteHost.safeParse({ url: "http://me:SECRET@farm.local:7140/" }).success).toBe(false);
    expect(RemoteHost.safeParse({ url: "no address" }).success).toBe(false);
    const stored = { ...DEFAULT_SETTINGS, remote: { url: "http://me:SECRET@farm.local/" } };
    expect(readSettings(stored).remote).toBeNull();
  });
});

describe("the key of a remote host", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "nextplate-key-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const vault = (available: boolean, backend = "gnome_libsecret") => ({
    isEncryptionAvailable: () => available,
    encryptString: (text: string) => Buffer.from(text).map((byte) => byte ^ 0x55) as Buffer,
    decryptString: (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x55)).toString(),
    getSelectedStorageBackend: () => backend,
  });

  it("is kept as the keyring encrypted it", async () => {
    const file = join(folder, "key");
    new RemoteKey(vault(true), file).set("SECRET");
    const again = new RemoteKey(vault(true), file);
    again.load();
    expect(again.value).toBe("SECRET");
    again.set(null);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["no keyring", vault(false)],
    ["a keyring in name only", vault(true, "basic_text")],
  ])("is not written with %s", async (_name, weak) => {
    const key = new RemoteKey(weak, join(folder, "key"));
    key.set("SECRET");
    expect(key.value).toBe("SECRET");
    expect(await readdir(folder)).toEqual([]);
  });
});
