import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { app, dialog, shell } from "electron";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import { collectDiagnostics } from "./diagnostics.ts";
import type { FarmDigest } from "./farmDigest.ts";
import type { HostStart } from "./hostRunner.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";

/** Asks for g-code files; empty = none wanted. */
export async function chooseFiles({ t }: ShellTexts): Promise<readonly string[]> {
  const { filePaths } = await dialog.showOpenDialog({
    title: t("dialog.addFiles"),
    properties: ["openFile", "multiSelections"],
    filters: [{ name: t("dialog.gcode"), extensions: ["gcode", "gco", "g", "ufp"] }],
  });
  return filePaths;
}

export interface DiagnosticsOf {
  readonly version: string;
  readonly host: HostStart;
  readonly farm: FarmDigest;
  readonly settings: DesktopSettings;
  readonly logDir: string;
  readonly texts: ShellTexts;
}

/** Asks where, and writes logs and settings there without secrets. Resolves with the file, null = not wanted. */
export async function exportDiagnostics(of: DiagnosticsOf): Promise<string | null> {
  const day = new Date().toISOString().slice(0, 10);
  const { filePath, canceled } = await dialog.showSaveDialog({
    title: of.texts.t("dialog.diagnostics"),
    defaultPath: join(app.getPath("documents"), `nextplate-diagnostics-${day}.txt`),
  });
  if (canceled || filePath === "") return null;
  const { lines, attention, busy } = of.farm;
  const text = await collectDiagnostics({
    facts: {
      version: of.version,
      platform: `${process.platform} ${process.arch}`,
      electron: process.versions["electron"] ?? null,
      node: process.versions.node,
      host: of.host.kind === "running" ? of.host.url : of.host.message,
      printers: lines.length,
      attention,
      busy,
    },
    settings: of.settings,
    logDir: of.logDir,
    home: homedir(),
  });
  await writeFile(filePath, text);
  return filePath;
}

/** Shows a folder in the system's file manager. */
export async function revealFolder(folder: string, { t }: ShellTexts): Promise<void> {
  const problem = await shell.openPath(folder);
  if (problem !== "") throw new Error(t("dialog.folderNotShown", { reason: problem }));
}
