import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserWindow, WebContents } from "electron";
import type { DesktopBoot } from "#shared/desktop/ipc.ts";
import { drop } from "#shared/util/drop.ts";
import { CrashLimit } from "./crashLimit.ts";
import { reportToTerminal } from "./reportToTerminal.ts";
import { focusWindow, openWindow } from "./window.ts";

const PRELOAD = fileURLToPath(new URL("../preload/index.cjs", import.meta.url));

export interface MainWindowParts {
  readonly folder: string;
  /** What the page is given when a window is made; null = no host, and no bridge. */
  readonly boot: () => DesktopBoot | null;
  /** Address of the page for a window made now. */
  readonly address: () => string;
  /** Where the board is, whatever is shown now. */
  readonly boardAddress: string;
  /** Address of the page that says that the board crashes again and again. */
  readonly crashedAddress: string;
  readonly onDidOpen: () => void;
}

/** The one window of the app, which may come and go. */
export class MainWindow {
  readonly #parts: MainWindowParts;
  readonly #crashes = new CrashLimit();
  #window: BrowserWindow | undefined;

  constructor(parts: MainWindowParts) {
    this.#parts = parts;
  }

  get current(): BrowserWindow | undefined {
    return this.#window;
  }

  get contents(): WebContents | undefined {
    return this.#window?.webContents;
  }

  /** Whether a page is there to hear now what a menu asks: an ask that waits would be done to a later one. */
  get showsBoard(): boolean {
    const { contents } = this;
    if (contents === undefined || contents.isCrashed() || contents.isLoading()) return false;
    return contents.getURL().startsWith(this.#parts.boardAddress);
  }

  /** Opens the window, or brings the open one to the user. */
  show(): void {
    if (this.#window !== undefined) return focusWindow(this.#window);
    const window = openWindow({
      preload: PRELOAD,
      stateFile: join(this.#parts.folder, "window.json"),
      boot: this.#parts.boot(),
    });
    this.#window = window;
    window.on("closed", () => {
      if (this.#window === window) this.#window = undefined;
    });
    // A crashed page is loaded again; the queues live in the host and have not noticed.
    window.webContents.on("render-process-gone", (_event, { reason }) => {
      if (reason === "clean-exit") return;
      if (this.#crashes.mayTryAgain(performance.now())) window.reload();
      else drop(window.loadURL(this.#parts.crashedAddress), reportToTerminal);
    });
    drop(window.loadURL(this.#parts.address()), reportToTerminal);
    this.#parts.onDidOpen();
  }

  /** A window is given its host when it is made, so another host means a new one. */
  renew(): void {
    const former = this.#window;
    this.#window = undefined;
    this.show();
    former?.close();
  }
}
