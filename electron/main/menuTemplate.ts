import type { MenuItemConstructorOptions } from "electron";

export interface MenuActions {
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
const SCREENS = ["Board", "Wall", "Library", "History", "Printers", "Settings"] as const;

const DOCUMENTATION = "https://github.com/nextplate/nextplate#readme";

/**
 * The menu as data: the platform's roles and every shortcut. Emergency stop is deliberately not here and
 * has no accelerator: a key pressed in the wrong window must not stop machines.
 */
export function menuTemplate(platform: string, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac = platform === "darwin";
  const file: MenuItemConstructorOptions[] = [
    { label: "Add G-code Files…", accelerator: "CmdOrCtrl+O", click: actions.addFiles },
    { type: "separator" },
    { label: "Show Data Folder", click: actions.revealDataFolder },
    { label: "Open Board in Browser", click: actions.openInBrowser },
    { type: "separator" },
    {
      label: "Settings of This Computer…",
      accelerator: "CmdOrCtrl+,",
      click: () => actions.showScreen("settings", "desktop"),
    },
    { type: "separator" },
    { role: mac ? "close" : "quit" },
  ];
  const screens = SCREENS.map((name, index): MenuItemConstructorOptions => ({
    label: name,
    accelerator: `CmdOrCtrl+${index + 1}`,
    // The page has these keys already, and knows when they belong to a field or a dialog.
    registerAccelerator: false,
    click: () => actions.showScreen(name.toLowerCase()),
  }));
  const view: MenuItemConstructorOptions[] = [
    ...screens,
    { type: "separator" },
    { role: "reload" },
    { role: "resetZoom" },
    { role: "zoomIn" },
    { role: "zoomOut" },
    { type: "separator" },
    { role: "togglefullscreen" },
    { role: "toggleDevTools" },
  ];
  const help: MenuItemConstructorOptions[] = [
    { label: "Documentation", click: () => actions.openLink(DOCUMENTATION) },
    { label: "Keyboard Shortcuts", click: () => actions.showScreen("settings", "keys") },
    { label: "Export Diagnostics…", click: actions.exportDiagnostics },
    ...(mac ? [] : [{ type: "separator" } as const, { role: "about" } as const]),
  ];
  return [
    ...(mac ? [{ role: "appMenu" } as const] : []),
    { label: "&File", submenu: file },
    { role: "editMenu" },
    { label: "&View", submenu: view },
    { role: "windowMenu" },
    { role: "help", submenu: help },
  ];
}
