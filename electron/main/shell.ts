import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
} from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";
import { ASKED_CHANNEL, type DesktopState } from "#shared/desktop/ipc.ts";
import { type DesktopSettings, mergeSettings, type RemoteHost } from "#shared/desktop/settings.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { systemClock } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { ServeArguments } from "../headlessArguments.ts";
import { boardDirectory, packageVersion } from "../paths.ts";
import { type AppPages, serveAppScheme } from "./appScheme.ts";
import { AskBox } from "./askBox.ts";
import { applyAutostart } from "./autostart.ts";
import { contentSecurityPolicy } from "./contentSecurityPolicy.ts";
import { DesktopFarm } from "./desktopFarm.ts";
import { collectDiagnostics } from "./diagnostics.ts";
import { isAllowedLink } from "./externalLinks.ts";
import { denyPermissions, guardAllContents, sendRemoteKey } from "./guards.ts";
import { HostRunner, type HostStart } from "./hostRunner.ts";
import { answerPage, type DesktopHandlers } from "./ipc.ts";
import type { LaunchRequest } from "./launchRequest.ts";
import { type MenuActions, menuTemplate } from "./menuTemplate.ts";
import { type HostAccess, takeOpenedFiles } from "./openedFiles.ts";
import { Presence } from "./presence.ts";
import { QuitGate } from "./quitGate.ts";
import { explainQuit } from "./quitDialog.ts";
import { RemoteKey } from "./remoteKey.ts";
import { SettingsFile } from "./settingsFile.ts";
import {
  START_AGAIN_LINK,
  START_FAILURE_PATH,
  START_FAILURE_STYLE,
  START_FAILURE_STYLE_PATH,
  startFailurePage,
} from "./startFailure.ts";
import { followUpdates } from "./updates.ts";
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

/** The desktop app: one host, built-in or remote, one window, and the rules between them. */
export class DesktopShell {
  readonly #options: ShellOptions;
  readonly #version: string;
  readonly #runner: HostRunner;
  readonly #settings: SettingsFile;
  readonly #remoteKey: RemoteKey;
  readonly #presence: Presence;
  readonly #farm: DesktopFarm;
  readonly #asks: AskBox;
  /** Held back by an `index.ts` that quits. */
  readonly quitGate: QuitGate;
  #host: HostStart = { kind: "failed", message: "Nextplate is still starting." };
  #window: BrowserWindow | undefined;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#version = packageVersion((url) => readFileSync(url, "utf8"));
    this.#runner = new HostRunner(
      options.serve,
      options.portNamed,
      this.#version,
      options.pageOrigin,
    );
    const folder = app.getPath("userData");
    this.#settings = new SettingsFile(join(folder, "settings.json"));
    this.#remoteKey = new RemoteKey(safeStorage, join(folder, "remote-key"));
    const settings = (): DesktopSettings => this.#settings.value;
    this.#presence = new Presence({
      settings,
      window: () => this.#window,
      actions: {
        showWindow: () => this.showWindow(),
        showPrinter: (printer) => this.#showPrinter(printer),
        quit: () => app.quit(),
      },
    });
    this.#farm = new DesktopFarm({
      presence: this.#presence,
      settings,
      clock: systemClock,
      version: this.#version,
    });
    this.#asks = new AskBox(() => this.#window?.webContents.send(ASKED_CHANNEL));
    this.quitGate = new QuitGate({
      clock: systemClock,
      // Of the built-in host alone: a remote one goes on without us.
      starting: () => this.#runner.starting(),
      explain: (printers, settled) => {
        this.#asks.add({ kind: "quit_waits", printers });
        return explainQuit(dialog, this.#window, printers, settled);
      },
    });
  }

  /** Whether the app stays when its window is closed. */
  get livesInTray(): boolean {
    return this.#presence.hasTray;
  }

  /** Starts or reaches the host and opens the window. Call after Electron's `ready`, once. */
  async start(launch: LaunchRequest): Promise<void> {
    this.#setRules();
    this.#remoteKey.load();
    const menu = menuTemplate(process.platform, this.#menuActions());
    Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
    app.setAboutPanelOptions({
      applicationName: "Nextplate",
      applicationVersion: this.#version,
      copyright: "MIT licence, the Nextplate authors",
      website: "https://github.com/nextplate/nextplate",
      iconPath: join(boardDirectory(), "icon.svg"),
    });
    powerMonitor.on("resume", () => {
      this.#runner.reconnectNow();
      this.#farm.retryNow();
    });
    await this.#reachHost();
    const { tray } = this.#settings.value;
    const mayHide = launch.hidden && tray && this.#host.kind === "running";
    if (!mayHide) this.showWindow();
    this.open(launch);
    drop(followUpdates(this.#settings.value.updates, app, reportToTerminal), reportToTerminal);
  }

  /** Stops the host; printers go on printing without us. */
  stop(): Promise<void> {
    this.#farm.stop();
    return this.#runner.stop();
  }

  /** What a start of the app was for: its own or a second one's. */
  open({ files, printer, hidden }: LaunchRequest): void {
    if (!hidden && this.#host.kind === "running") this.showWindow();
    if (printer !== null) this.#showPrinter(printer);
    if (files.length > 0) drop(this.#takeFiles(files), reportToTerminal);
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
    this.#farm.refresh();
  }

  get #hostUrl(): string | null {
    return this.#host.kind === "running" ? this.#host.url : null;
  }

  get #access(): HostAccess | null {
    const url = this.#hostUrl;
    if (url === null) return null;
    const isRemote = this.#settings.value.remote !== null;
    return { hostUrl: url, apiKey: isRemote ? this.#remoteKey.value : null };
  }

  /** What holds for every page there is and will be. */
  #setRules(): void {
    guardAllContents(app, {
      mayOpen: (url) => isAllowedLink(url, this.#hostUrl),
      openExternal,
      onCommandLink: (url) => {
        if (url === START_AGAIN_LINK) drop(this.#startAgain(), reportToTerminal);
      },
    });
    denyPermissions(session.defaultSession);
    sendRemoteKey(session.defaultSession, () => {
      const access = this.#access;
      return access === null || access.apiKey === null
        ? null
        : { ...access, apiKey: access.apiKey };
    });
    serveAppScheme(protocol, () => this.#pages());
    answerPage(
      ipcMain,
      { contents: () => this.#window?.webContents, origin: this.#options.pageOrigin },
      this.#handlers(),
    );
  }

  #handlers(): DesktopHandlers {
    return {
      "desktop:reveal-data-folder": () => this.#revealDataFolder(),
      "desktop:state": () => Promise.resolve(this.#state()),
      "desktop:change-settings": async (change) => {
        const next = mergeSettings(this.#settings.value, change);
        if (change.openAtLogin !== undefined || change.startHidden !== undefined) {
          applyAutostart(app, next, process.platform, process.env);
        }
        this.#settings.change(change);
        this.#farm.refresh();
        return this.#state();
      },
      "desktop:connect": (remote, apiKey) => this.#connect(remote, apiKey),
      "desktop:export-diagnostics": () => this.#exportDiagnostics(),
      "desktop:take-asks": () => Promise.resolve(this.#asks.take()),
    };
  }

  #menuActions(): MenuActions {
    return {
      addFiles: () => drop(this.#chooseFiles(), reportToTerminal),
      revealDataFolder: () => drop(this.#revealDataFolder(), reportToTerminal),
      openInBrowser: () => {
        if (this.#hostUrl !== null) openExternal(this.#hostUrl);
      },
      exportDiagnostics: () => drop(this.#exportDiagnostics(), reportToTerminal),
      showScreen: (screen) => {
        this.showWindow();
        this.#asks.add({ kind: "show_screen", screen });
      },
      openLink: (url) => {
        if (isAllowedLink(url, this.#hostUrl)) openExternal(url);
      },
    };
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

  #state(): DesktopState {
    return {
      settings: this.#settings.value,
      hostUrl: this.#hostUrl,
      hasRemoteKey: this.#remoteKey.value !== null,
      canKeepSecrets: this.#remoteKey.canKeep,
    };
  }

  /** The remote host is there or not, the page says so; the built-in one has to be started. */
  async #reachHost(): Promise<void> {
    const { remote } = this.#settings.value;
    this.#host =
      remote === null ? await this.#runner.start() : { kind: "running", url: remote.url };
    this.#farm.follow(this.#access);
  }

  async #connect(remote: RemoteHost | null, apiKey: string | null): Promise<void> {
    this.#remoteKey.set(remote === null ? null : apiKey);
    this.#settings.change({
      remote: remote === null ? null : { url: new URL("/", remote.url).href },
    });
    await this.#runner.stop();
    await this.#reachHost();
    this.#renewWindow();
  }

  async #startAgain(): Promise<void> {
    if (this.#host.kind === "running") return;
    await this.#reachHost();
    this.#renewWindow();
  }

  /** A window is given its host when it is made, so another host means a new one. */
  #renewWindow(): void {
    const former = this.#window;
    this.#window = undefined;
    this.showWindow();
    former?.close();
  }

  #showPrinter(printer: string): void {
    this.showWindow();
    this.#asks.add({ kind: "show_printer", printer });
  }

  async #chooseFiles(): Promise<void> {
    const { filePaths } = await dialog.showOpenDialog({
      title: "Add G-code Files",
      properties: ["openFile", "multiSelections"],
      filters: [{ name: "G-code", extensions: ["gcode", "gco", "g", "ufp"] }],
    });
    if (filePaths.length > 0) await this.#takeFiles(filePaths);
  }

  async #takeFiles(files: readonly string[]): Promise<void> {
    const access = this.#access;
    if (access === null) return;
    this.#asks.add(await takeOpenedFiles(files, access));
  }

  async #exportDiagnostics(): Promise<string | null> {
    const day = new Date().toISOString().slice(0, 10);
    const { filePath, canceled } = await dialog.showSaveDialog({
      title: "Export Diagnostics",
      defaultPath: join(app.getPath("documents"), `nextplate-diagnostics-${day}.txt`),
    });
    if (canceled || filePath === "") return null;
    const { lines, attention, busy } = this.#farm.digest;
    const text = await collectDiagnostics({
      facts: {
        version: this.#version,
        platform: `${process.platform} ${process.arch}`,
        electron: process.versions["electron"] ?? null,
        node: process.versions.node,
        host: this.#host.kind === "running" ? this.#host.url : this.#host.message,
        printers: lines.length,
        attention,
        busy,
      },
      settings: this.#settings.value,
      logDir: this.#options.serve.logDir,
      home: homedir(),
    });
    await writeFile(filePath, text);
    return filePath;
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
