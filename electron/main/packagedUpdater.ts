import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { app } from "electron";
import type { Updater } from "./updates.ts";

/** electron-updater, where this is a package that knows where its updates come from; null elsewhere. */
export async function loadPackagedUpdater(): Promise<Updater | null> {
  if (!app.isPackaged || !existsSync(join(process.resourcesPath, "app-update.yml"))) return null;
  // Loaded only where it is used: it is larger than the rest of the shell.
  const { default: updater } = await import("electron-updater");
  return updater.autoUpdater;
}

/** The key that release signatures are checked with. It lies in the package, beside the app. */
export function readUpdateKey(): string | null {
  try {
    return readFileSync(join(process.resourcesPath, "update-key.pem"), "utf8");
  } catch {
    return null;
  }
}
