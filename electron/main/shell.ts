import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { app, BrowserWindow, ipcMain, Menu, protocol, session, shell } from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import type { ServeArguments } from "../headlessArguments.ts";
import { boardDirectory, packageVersion } from "../paths.ts";
import { type AppPages, serveAppScheme } from "./appScheme.ts";
import { contentSecurityPolicy } from "./contentSecurityPolicy.ts";
import { isAllowedLink } from "./externalLinks.ts";
import { denyPermissions, guardAllContents } from "./guards.ts";
import { HostRunner, type HostStart } from "./hostRunner.ts";
import { answerPage } from "./ipc.ts";
import { createMenu } from "./menu.ts";
import {
  START_AGAIN_LINK,
  START_FAILURE_PATH,
  START_FAILURE_STYLE,
  START_FAILURE_STYLE_PATH,
  startFailurePage,
} from "./startFailure.ts";
import { focusWindow, openWindow } from "./window.ts";

/** Stands in for the host in the policy of the failure page, which talks to nobody. */
const NO_HOST = "http://127.0.0.1:0/";
const PRELOAD = fileURLToPath(new URL("../preload/index.cjs", import.meta.url));

export interface ShellOptions {
  readonly serve: ServeArguments;
  readonly portNamed: boolean;
  /** Origin of the page: our own scheme, or the development server's. */
  readonly pageOrigin: string;
}

/** The desktop app: one host, one window, and the rules between them. */
export class DesktopShell {
  readonly #options: ShellOptions;
  readonly #version: string;
  readonly #runner: HostRunner;
  #host: HostStart = { kind: "failed", message: "Nextplate is still starting." };
  #window: BrowserWindow | undefined;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#version = packageVersion((url) => readFileSync(url, "utf8"));
    this.#runner = new HostRunner(options.serve, options.portNamed, this.#version);
  }

  /** Starts the host and opens the window. Call after Electron's `ready`, once. */
  async start(): Promise<void> {
    guardAllContents(app, {
      mayOpen: (url) => isAllowedLink(url, this.#hostUrl),
      openExternal,
      onCommandLink: (url) => {
        if (url === START_AGAIN_LINK) drop(this.#startAgain(), reportToTerminal);
      },
    });
    denyPermissions(session.defaultSession);
    serveAppScheme(protocol, () => this.#pages());
    answerPage(
      ipcMain,
      { contents: () => this.#window?.webContents, origin: this.#options.pageOrigin },
      { "desktop:reveal-data-folder": () => this.#revealDataFolder() },
    );
    Menu.setApplicationMenu(
      createMenu(process.platform, {
        revealDataFolder: () => drop(this.#revealDataFolder(), reportToTerminal),
        openInBrowser: () => {
          if (this.#hostUrl !== null) openExternal(this.#hostUrl);
        },
      }),
    );
    this.#host = await this.#runner.start();
    this.showWindow();
  }

  /** Stops the host; printers go on printing without us. */
  stop(): Promise<void> {
    return this.#runner.stop();
  }

  /** Opens the window, or brings the open one to the user. */
  showWindow(): void {
    if (this.#window !== undefined) return focusWindow(this.#window);
    const url = this.#hostUrl;
    const window = openWindow({
      preload: PRELOAD,
      stateFile: join(app.getPath("userData"), "window.json"),
      boot: url === null ? null : { hostUrl: url, version: this.#version },
    });
    this.#window = window;
    window.on("closed", () => {
      if (this.#window === window) this.#window = undefined;
    });
    const { pageOrigin } = this.#options;
    const address = url === null ? `${APP_ORIGIN}${START_FAILURE_PATH}` : `${pageOrigin}/`;
    drop(window.loadURL(address), reportToTerminal);
  }

  get #hostUrl(): string | null {
    return this.#host.kind === "running" ? this.#host.url : null;
  }

  #pages(): AppPages {
    const made = new Map<string, string>();
    if (this.#host.kind === "failed") {
      const { dataDir } = this.#options.serve;
      made.set(START_FAILURE_PATH, startFailurePage(this.#host.message, dataDir));
      made.set(START_FAILURE_STYLE_PATH, START_FAILURE_STYLE);
    }
    const policy = contentSecurityPolicy(this.#hostUrl ?? NO_HOST);
    return { root: boardDirectory(), policy, made };
  }

  /** A window is given its host when it is made, so the second try opens a new one. */
  async #startAgain(): Promise<void> {
    if (this.#host.kind === "running") return;
    this.#host = await this.#runner.start();
    const former = this.#window;
    this.#window = undefined;
    this.showWindow();
    former?.close();
  }

  async #revealDataFolder(): Promise<void> {
    const problem = await shell.openPath(this.#options.serve.dataDir);
    if (problem !== "") throw new Error(`The data folder could not be shown: ${problem}`);
  }
}

function openExternal(url: string): void {
  drop(shell.openExternal(url), reportToTerminal);
}

function reportToTerminal(error: unknown): void {
  process.stderr.write(`nextplate: ${messageOf(error)}\n`);
}
