import type { MenuItemConstructorOptions } from "electron";
import { type KeyActions, keyItem, queueItems } from "./menuKeys.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";

export interface MenuActions extends KeyActions {
  readonly addFiles: () => void;
  readonly revealDataFolder: () => void;
  /** Opens the board in the system's browser; the same board, the same API. */
  readonly openInBrowser: () => void;
  readonly exportDiagnostics: () => void;
  /** `part`: the place on the screen, where it has several. */
  readonly showScreen: (name: string, part?: string) => void;
  readonly openLink: (url: string) => void;
}

/** The screens in the order of the page's rail; Ctrl and the place lead there. */
const SCREENS = ["board", "wall", "library", "history", "printers", "settings"] as const;

const DOCUMENTATION = "https://github.com/nextplate/nextplate#readme";
const SEPARATOR = { type: "separator" } as const;

/**
 * The menu as data, with every shortcut of the app. Labels are our own also where Electron has a role for the
 * item: its words are English alone. Emergency stop is deliberately not here and has no accelerator: a key
 * pressed in the wrong window must not stop machines.
 */
export function menuTemplate(
  platform: string,
  texts: ShellTexts,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const { t } = texts;
  const mac = platform === "darwin";
  const help: MenuItemConstructorOptions[] = [
    { label: t("menu.documentation"), click: () => actions.openLink(DOCUMENTATION) },
    { label: t("menu.keys"), click: () => actions.showScreen("settings", "keys") },
    { label: t("menu.diagnostics"), click: actions.exportDiagnostics },
    ...(mac ? [] : [SEPARATOR, { role: "about", label: t("menu.about") } as const]),
  ];
  return [
    ...(mac ? [{ label: "Nextplate", submenu: macAppMenu(texts) }] : []),
    { label: t("menu.file"), submenu: fileMenu(mac, texts, actions) },
    { label: t("menu.edit"), submenu: editMenu(platform, texts, actions) },
    { label: t("menu.queue"), submenu: queueItems(platform, texts, actions) },
    { label: t("menu.view"), submenu: viewMenu(texts, actions) },
    { label: t("menu.window"), role: "window", submenu: windowMenu(mac, texts) },
    { label: t("menu.help"), role: "help", submenu: help },
  ];
}

function macAppMenu({ t }: ShellTexts): MenuItemConstructorOptions[] {
  return [
    { role: "about", label: t("menu.about") },
    SEPARATOR,
    { role: "services", label: t("menu.services") },
    SEPARATOR,
    { role: "hide", label: t("menu.hide") },
    { role: "hideOthers", label: t("menu.hideOthers") },
    { role: "unhide", label: t("menu.showAll") },
    SEPARATOR,
    { role: "quit", label: t("menu.quit") },
  ];
}

function fileMenu(
  mac: boolean,
  { t }: ShellTexts,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  return [
    { label: t("menu.addFiles"), accelerator: "CmdOrCtrl+O", click: actions.addFiles },
    SEPARATOR,
    { label: t("menu.dataFolder"), click: actions.revealDataFolder },
    { label: t("menu.browser"), click: actions.openInBrowser },
    SEPARATOR,
    {
      label: t("menu.settings"),
      accelerator: "CmdOrCtrl+,",
      click: () => actions.showScreen("settings", "desktop"),
    },
    SEPARATOR,
    mac ? { role: "close", label: t("menu.close") } : { role: "quit", label: t("menu.quit") },
  ];
}

/** Undo, redo and select all mean the board, or the text that has the keyboard. */
function editMenu(
  platform: string,
  texts: ShellTexts,
  actions: KeyActions,
): MenuItemConstructorOptions[] {
  const { t } = texts;
  return [
    keyItem("undo", platform, texts, actions),
    keyItem("redo", platform, texts, actions),
    SEPARATOR,
    { role: "cut", label: t("menu.cut") },
    { role: "copy", label: t("menu.copy") },
    { role: "paste", label: t("menu.paste") },
    SEPARATOR,
    keyItem("selectAll", platform, texts, actions),
  ];
}

function viewMenu({ t }: ShellTexts, actions: MenuActions): MenuItemConstructorOptions[] {
  const screens = SCREENS.map((name, index): MenuItemConstructorOptions => ({
    label: t(`screen.${name}`),
    accelerator: `CmdOrCtrl+${index + 1}`,
    // The page has these keys already, and knows when they belong to a field or a dialog.
    registerAccelerator: false,
    click: (_item, _window, event) => {
      if (event.triggeredByAccelerator !== true) actions.showScreen(name);
    },
  }));
  return [
    ...screens,
    SEPARATOR,
    { role: "reload", label: t("menu.reload") },
    { role: "resetZoom", label: t("menu.resetZoom") },
    { role: "zoomIn", label: t("menu.zoomIn") },
    { role: "zoomOut", label: t("menu.zoomOut") },
    SEPARATOR,
    { role: "togglefullscreen", label: t("menu.fullScreen") },
    { role: "toggleDevTools", label: t("menu.devTools") },
  ];
}

function windowMenu(mac: boolean, { t }: ShellTexts): MenuItemConstructorOptions[] {
  return [
    { role: "minimize", label: t("menu.minimize") },
    { role: "zoom", label: t("menu.zoom") },
    ...(mac
      ? [SEPARATOR, { role: "front", label: t("menu.front") } as const]
      : [{ role: "close", label: t("menu.close") } as const]),
  ];
}
