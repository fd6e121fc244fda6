import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { App } from "electron";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import { HIDDEN_SWITCH } from "./launchRequest.ts";

/** Makes the system start the app at login, or no longer. Throws when the entry cannot be written. */
export function applyAutostart(
  app: Pick<App, "setLoginItemSettings">,
  settings: Pick<DesktopSettings, "openAtLogin" | "startHidden">,
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const { openAtLogin, startHidden } = settings;
  if (platform !== "linux") {
    app.setLoginItemSettings({ openAtLogin, args: startHidden ? [HIDDEN_SWITCH] : [] });
    return;
  }
  const file = autostartFile(env);
  if (!openAtLogin) return rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  // An AppImage is unpacked anew at each start: what lasts is the image.
  writeFileSync(file, autostartEntry(env["APPIMAGE"] ?? process.execPath, startHidden));
}

/** Linux has no call for it: an entry of the XDG autostart specification. */
export function autostartEntry(executable: string, hidden: boolean): string {
  const quoted = `"${executable.replaceAll(/(["`$\\])/g, "\\$1").replaceAll("%", "%%")}"`;
  return [
    "[Desktop Entry]",
    "Type=Application",
    "Name=Nextplate",
    `Exec=${quoted}${hidden ? ` ${HIDDEN_SWITCH}` : ""}`,
    "X-GNOME-Autostart-enabled=true",
    "",
  ].join("\n");
}

function autostartFile(env: Readonly<Record<string, string | undefined>>): string {
  const config = env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return join(config, "autostart", "nextplate.desktop");
}
