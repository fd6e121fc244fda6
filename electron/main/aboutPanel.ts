import { join } from "node:path";
import { type AboutPanelOptionsOptions, app } from "electron";
import type { ShellTexts } from "./texts/shellTexts.ts";
import aboutIcon from "../../build/icons/128x128.png?asset";

/** What the about box says. */
export function aboutPanel(version: string, { t }: ShellTexts): AboutPanelOptionsOptions {
  return {
    applicationName: "Nextplate",
    applicationVersion: version,
    copyright: t("about.copyright"),
    website: "https://github.com/nextplate/nextplate",
    // GTK reads the picture itself and cannot look into an archive: a package has it beside the archive.
    iconPath: app.isPackaged ? join(process.resourcesPath, "icon.png") : aboutIcon,
  };
}
