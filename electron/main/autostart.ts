import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { App } from "electron";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import { HIDDEN_SWITCH } from "./launchRequest.ts";

export interface AutostartPlace {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly executable: string;
  /** The farm that was chosen by name; null = this user's own. */
  readonly dataDir: string | null;
}

/** Makes the system start the app at login, or no longer. Throws when the entry cannot be written. */
export function applyAutostart(
  app: Pick<App, "setLoginItemSettings">,
  settings: Pick<DesktopSettings, "openAtLogin" | "startHidden">,
  { platform, env, executable, dataDir }: AutostartPlace,
): void {
  const { openAtLogin, startHidden } = settings;
  const words = [
    ...(dataDir === null ? [] : [`--data-dir=${dataDir}`]),
    ...(startHidden ? [HIDDEN_SWITCH] : []),
  ];
  if (platform !== "linux") return app.setLoginItemSettings({ openAtLogin, args: words });
  const file = autostartFile(env);
  if (!openAtLogin) return rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  // An AppImage is unpacked anew at each start: what lasts is the image.
  writeFileSync(file, autostartEntry([env["APPIMAGE"] ?? executable, ...words]));
}

/** Linux has no call for it: an entry of the XDG autostart specification. */
export function autostartEntry(command: readonly string[]): string {
  return [
    "[Desktop Entry]",
    "Type=Application",
    "Name=Nextplate",
    `Exec=${command.map(quoted).join(" ")}`,
    "X-GNOME-Autostart-enabled=true",
    "",
  ].join("\n");
}

/**
 * A word of an Exec line. It is unescaped twice, first as a string of the file, then as a quoted word, so what
 * the second needs is escaped again for the first.
 */
function quoted(word: string): string {
  const escaped = word.replaceAll(/(["`$\\])/g, "\\$1").replaceAll("%", "%%");
  return `"${escaped.replaceAll("\\", "\\\\")}"`;
}

function autostartFile(env: Readonly<Record<string, string | undefined>>): string {
  const config = env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return join(config, "autostart", "nextplate.desktop");
}
