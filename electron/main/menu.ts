import { Menu, type MenuItemConstructorOptions } from "electron";

export interface MenuActions {
  readonly revealDataFolder: () => void;
  /** Opens the board in the system's browser; the same board, the same API. */
  readonly openInBrowser: () => void;
}

/**
 * The application menu: the platform's own roles and little else. Emergency stop is deliberately not
 * here and has no accelerator: a key pressed in the wrong window must not stop machines.
 */
export function createMenu(platform: string, actions: MenuActions): Menu {
  const mac = platform === "darwin";
  const file: MenuItemConstructorOptions[] = [
    { label: "Show Data Folder", click: actions.revealDataFolder },
    { label: "Open Board in Browser", click: actions.openInBrowser },
    { type: "separator" },
    { role: mac ? "close" : "quit" },
  ];
  return Menu.buildFromTemplate([
    ...(mac ? [{ role: "appMenu" } as const] : []),
    { label: "&File", submenu: file },
    { role: "editMenu" },
    { role: "viewMenu" },
    { role: "windowMenu" },
    { role: "help", submenu: [{ role: "about" }] },
  ]);
}
