import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyAutostart, autostartEntry } from "../../../electron/main/autostart.ts";

describe("the start at login", () => {
  let config: string;
  beforeEach(async () => void (config = await mkdtemp(join(tmpdir(), "nextplate-config-"))));
  afterEach(() => rm(config, { recursive: true }));

  const asked: unknown[] = [];
  const app = { setLoginItemSettings: (settings: unknown) => void asked.push(settings) };
  const place = (platform: string, dataDir: string | null = null) => ({
    platform,
    env: { XDG_CONFIG_HOME: config },
    executable: "/opt/Nextplate/nextplate",
    dataDir,
  });

  it("is an entry of the desktop on Linux, and gone when it is not wanted", async () => {
    applyAutostart(app, { openAtLogin: true, startHidden: true }, place("linux", "/farm two"));
    const entry = await readFile(join(config, "autostart", "nextplate.desktop"), "utf8");
    expect(entry).toContain('Exec="/opt/Nextplate/nextplate" "--data-dir=/farm two" "--hidden"\n');
    applyAutostart(app, { openAtLogin: false, startHidden: true }, place("linux"));
    expect(await readdir(join(config, "autostart"))).toEqual([]);
    applyAutostart(app, { openAtLogin: false, startHidden: true }, place("linux"));
  });

  it("is asked of the system elsewhere", () => {
    applyAutostart(app, { openAtLogin: true, startHidden: true }, place("win32"));
    expect(asked.at(-1)).toEqual({ openAtLogin: true, args: ["--hidden"] });
  });

  it("survives every letter a path can have", () => {
    // The file's own escapes first (a backslash is two), then those of a quoted word.
    expect(autostartEntry(['/opt/My "$App" 100%\\x'])).toContain(
      'Exec="/opt/My \\\\"\\\\$App\\\\" 100%%\\\\\\\\x"\n',
    );
  });
});
