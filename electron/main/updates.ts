import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DesktopSettings } from "#shared/desktop/settings.ts";

/** Milliseconds between two looks for a new version. */
const LOOK_EVERY = 6 * 3_600_000;

/**
 * Looks for new versions and installs them when the app is quit: a quit waits while a print is being
 * started, so an update does too. Does nothing where there is nothing to look at: in development, in a
 * folder build, and when updates are off. Rejects when the updater cannot be loaded.
 */
export async function followUpdates(
  channel: DesktopSettings["updates"],
  app: { readonly isPackaged: boolean },
  report: (error: unknown) => void,
): Promise<void> {
  const feed = join(process.resourcesPath, "app-update.yml");
  if (channel === "off" || !app.isPackaged || !existsSync(feed)) return;
  // Loaded only where it is used: it is larger than the rest of the shell.
  const { default: updater } = await import("electron-updater");
  const { autoUpdater } = updater;
  autoUpdater.channel = channel === "beta" ? "beta" : "latest";
  autoUpdater.allowDowngrade = false;
  autoUpdater.autoDownload = true;
  autoUpdater.autoInstallOnAppQuit = true;
  const look = (): void => void autoUpdater.checkForUpdates().catch(report);
  look();
  setInterval(look, LOOK_EVERY).unref();
}
