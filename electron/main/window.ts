import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BrowserWindow, nativeTheme, screen } from "electron";
import { BOOT_ARGUMENT, type DesktopBoot } from "#shared/desktop/ipc.ts";
import windowIcon from "../../build/icons/256x256.png?asset";
import { parseWindowState, placeWindow, type WindowState } from "./windowState.ts";

export interface WindowOptions {
  /** Bundled preload, CommonJS. */
  readonly preload: string;
  /** Where place and size are kept. */
  readonly stateFile: string;
  /** null = the host did not start; the page gets no bridge. */
  readonly boot: DesktopBoot | null;
}

/** Opens the one window of the app; it is shown once it has something to show. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const place = placeWindow(readState(options.stateFile), areas);
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: 480,
    minHeight: 360,
    show: false,
    title: "Nextplate",
    // The board's own background: no flash before the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? "#0c0f14" : "#e9ecf0",
    // Elsewhere the icon comes with the program file.
    ...(process.platform === "linux" ? { icon: windowIcon } : {}),
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      additionalArguments:
        options.boot === null ? [] : [`${BOOT_ARGUMENT}${JSON.stringify(options.boot)}`],
    },
  });
  if (place.maximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => {
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    writeState(options.stateFile, state);
  });
  return window;
}

/** Brings a window to the user, wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function readState(file: string): WindowState | null {
  try {
    return parseWindowState(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function writeState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, JSON.stringify(state));
    renameSync(`${file}.part`, file);
  } catch {
    // A window that opens in the middle next time is no reason to keep anyone from closing it.
  }
}
