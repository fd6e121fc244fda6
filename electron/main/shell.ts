import { readFileSync } from "node:fs";
import { join } from "node:path";
import { app, dialog, Menu, powerMonitor, safeStorage, shell } from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";
import { ASKED_CHANNEL, type DesktopState } from "#shared/desktop/ipc.ts";
import {
  type DesktopSettings,
  type DesktopSettingsChange,
  mergeSettings,
  type RemoteHost,
} from "#shared/desktop/settings.ts";
import { systemClock } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import { defaultDataDirectory, type ServeArguments } from "../headlessArguments.ts";
import { packageVersion } from "../paths.ts";
import { aboutPanel } from "./aboutPanel.ts";
import { AskBox } from "./askBox.ts";
import { applyAutostart } from "./autostart.ts";
import { DesktopFarm } from "./desktopFarm.ts";
import { isAllowedLink } from "./externalLinks.ts";
import { HostRunner } from "./hostRunner.ts";
import type { DesktopHandlers } from "./ipc.ts";
import { LauncherEntry } from "./launcherEntry.ts";
import { type LaunchRequest, PLAIN_LAUNCH } from "./launchRequest.ts";
import { MainWindow } from "./mainWindow.ts";
import { type MenuActions, menuTemplate } from "./menuTemplate.ts";
import { takeOpenedFiles } from "./openedFiles.ts";
import { loadPackagedUpdater, readUpdateKey } from "./packagedUpdater.ts";
import { Presence } from "./presence.ts";
import { explainWait } from "./quitDialog.ts";
import { QuitGate } from "./quitGate.ts";
import { RemoteKey } from "./remoteKey.ts";
import { reportToTerminal } from "./reportToTerminal.ts";
import { SettingsFile } from "./settingsFile.ts";
import { chooseFiles, exportDiagnostics, revealFolder } from "./shellDialogs.ts";
import { setShellRules } from "./shellRules.ts";
import { ShownHost } from "./shownHost.ts";
import { CRASHED_PATH, START_FAILURE_PATH } from "./startFailure.ts";
import { languageOf, type ShellTexts, shellTexts } from "./texts/shellTexts.ts";
import { WindowTaskbar } from "./taskbar.ts";
import { TrayService } from "./trayService.ts";
import { Updates } from "./updates.ts";

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
  readonly #settings: SettingsFile;
  readonly #remoteKey: RemoteKey;
  readonly #host: ShownHost;
  readonly #window: MainWindow;
  readonly #trayService: TrayService;
  /** Linux alone. */
  readonly #launcher: LauncherEntry | undefined;
  readonly #presence: Presence;
  readonly #farm: DesktopFarm;
  readonly #asks: AskBox;
  readonly #updates: Updates;
  /** Held back by an `index.ts` that quits. */
  readonly quitGate: QuitGate;
  /** Holds back a change to another host, which stops the built-in one as a quit does. */
  readonly #changeGate: QuitGate;
  /** What came before there was a host to do it with; null = there is one, or why there is none is known. */
  #early: LaunchRequest[] | null = [];

  constructor(options: ShellOptions) {
    this.#options = options;
    const { serve, portNamed, pageOrigin } = options;
    this.#version = packageVersion((url) => readFileSync(url, "utf8"));
    const folder = app.getPath("userData");
    this.#settings = new SettingsFile(join(folder, "settings.json"));
    this.#remoteKey = new RemoteKey(safeStorage, join(folder, "remote-key"));
    this.#host = new ShownHost({
      runner: new HostRunner(serve, portNamed, this.#version, pageOrigin),
      settings: this.#settings,
      remoteKey: this.#remoteKey,
      mayLeave: () => this.#changeGate.pass(),
    });
    const boardAddress = `${pageOrigin}/`;
    this.#window = new MainWindow({
      folder,
      boot: () =>
        this.#host.url === null ? null : { hostUrl: this.#host.url, version: this.#version },
      boardAddress,
      address: () =>
        this.#host.url === null ? `${APP_ORIGIN}${START_FAILURE_PATH}` : boardAddress,
      crashedAddress: `${APP_ORIGIN}${CRASHED_PATH}`,
      onDidOpen: () => this.#farm.refresh(),
    });
    this.#trayService = new TrayService({
      address: process.env["DBUS_SESSION_BUS_ADDRESS"],
      clock: systemClock,
      onDidVanish: () => {
        if (this.#window.current === undefined) this.showWindow();
      },
    });
    this.#launcher =
      process.platform === "linux"
        ? new LauncherEntry(process.env["DBUS_SESSION_BUS_ADDRESS"])
        : undefined;
    const settings = (): DesktopSettings => this.#settings.value;
    const texts = (): ShellTexts => this.#texts;
    this.#presence = new Presence({
      settings,
      texts,
      taskbar: this.#launcher ?? new WindowTaskbar(app, () => this.#window.current),
      trayService: this.#trayService,
      actions: {
        showWindow: () => this.showWindow(),
        showPrinter: (printer) => this.#showPrinter(printer),
        quit: () => app.quit(),
      },
    });
    this.#farm = new DesktopFarm({
      presence: this.#presence,
      settings,
      texts,
      clock: systemClock,
      version: this.#version,
    });
    this.#asks = new AskBox(() => this.#window.contents?.send(ASKED_CHANNEL));
    this.#updates = new Updates({
      load: loadPackagedUpdater,
      publicKey: readUpdateKey,
      channel: () => this.#settings.value.updates,
      clock: systemClock,
      onDidChange: (state) => {
        if (state.kind === "failed") reportToTerminal(state.reason);
      },
    });
    const gate = (what: "quit" | "change"): QuitGate =>
      new QuitGate({
        clock: systemClock,
        starting: () => this.#host.starting(),
        hold: (held) => this.#host.holdStarts(held),
        explain: (printers, settled) =>
          explainWait(what, dialog, this.#window.current, printers, this.#texts, settled),
      });
    this.quitGate = gate("quit");
    this.#changeGate = gate("change");
  }

  /** Whether the app stays when its window is closed. */
  get livesInTray(): boolean {
    return this.#presence.livesInTray;
  }

  /** Starts or reaches the host and opens the window. Call after Electron's `ready`, once. */
  async start(launch: LaunchRequest): Promise<void> {
    setShellRules({
      host: this.#host,
      dataDir: this.#options.serve.dataDir,
      pageOrigin: this.#options.pageOrigin,
      contents: () => this.#window.contents,
      openExternal,
      startAgain: () => drop(this.#startAgain(), reportToTerminal),
      handlers: this.#handlers(),
      texts: () => this.#texts,
    });
    this.#remoteKey.load();
    this.#speak();
    powerMonitor.on("resume", () => {
      this.#host.reconnectNow();
      this.#farm.retryNow();
    });
    await Promise.all([this.#reachHost(), this.#trayService.start(), this.#launcher?.start()]);
    const requests = [launch, ...(this.#early ?? [])];
    this.#early = null;
    const mayHide = this.livesInTray && this.#host.url !== null;
    if (!mayHide || requests.some(({ hidden }) => !hidden)) this.showWindow();
    for (const request of requests) this.open(request);
    drop(this.#updates.follow(), reportToTerminal);
  }

  /** Stops the host; printers go on printing without us. */
  stop(): Promise<void> {
    // A person who does not wait, or a printer that is silent too long, may end the app while a print is starting.
    this.#updates.prepareQuit(!this.quitGate.shut());
    this.#farm.stop();
    this.#trayService.dispose();
    this.#launcher?.dispose();
    return this.#host.stop();
  }

  /** What a start of the app was for: its own or a second one's. While the app starts, it is kept. */
  open(request: LaunchRequest): void {
    if (this.#early !== null) return void this.#early.push(request);
    const { files, printer, hidden } = request;
    if (!hidden) this.showWindow();
    if (printer !== null) this.#showPrinter(printer);
    if (files.length > 0) drop(this.#takeFiles(files), reportToTerminal);
  }

  /** Opens the window, or brings the open one to the user; as soon as it is known what to show. */
  showWindow(): void {
    if (this.#early !== null) this.#early.push(PLAIN_LAUNCH);
    else this.#window.show();
  }

  get #texts(): ShellTexts {
    return shellTexts(languageOf(this.#settings.value.language, app.getLocale()));
  }

  /** Puts up what is said outside the page, in the language that is chosen. */
  #speak(): void {
    const menu = menuTemplate(process.platform, this.#texts, this.#menuActions());
    Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
    app.setAboutPanelOptions(aboutPanel(this.#version, this.#texts));
  }

  #handlers(): DesktopHandlers {
    return {
      "desktop:reveal-data-folder": () => revealFolder(this.#options.serve.dataDir, this.#texts),
      "desktop:state": () => Promise.resolve(this.#state()),
      "desktop:change-settings": (change) => Promise.resolve(this.#changeSettings(change)),
      "desktop:connect": (remote, apiKey) => this.#connect(remote, apiKey),
      "desktop:export-diagnostics": () => this.#exportDiagnostics(),
      "desktop:take-asks": () => Promise.resolve(this.#asks.take()),
    };
  }

  #menuActions(): MenuActions {
    return {
      addFiles: () =>
        drop(
          chooseFiles(this.#texts).then((files) => this.#takeFiles(files)),
          reportToTerminal,
        ),
      revealDataFolder: () =>
        drop(revealFolder(this.#options.serve.dataDir, this.#texts), reportToTerminal),
      openInBrowser: () => {
        if (this.#host.url !== null) openExternal(this.#host.url);
      },
      exportDiagnostics: () => drop(this.#exportDiagnostics(), reportToTerminal),
      showScreen: (screen, part) => {
        this.showWindow();
        this.#asks.add({ kind: "show_screen", screen, ...(part === undefined ? {} : { part }) });
      },
      pressKey: (key) => {
        if (this.#window.showsBoard) this.#asks.add({ kind: "press_key", key });
      },
      goToColumn: (number) => {
        if (this.#window.showsBoard) this.#asks.add({ kind: "go_to_column", number });
      },
      editText: (what) => this.#window.contents?.[what](),
      openLink: (url) => {
        if (isAllowedLink(url, this.#host.url)) openExternal(url);
      },
    };
  }

  #state(): DesktopState {
    return {
      settings: this.#settings.value,
      hostUrl: this.#host.url,
      hasRemoteKey: this.#remoteKey.value !== null,
      canKeepSecrets: this.#remoteKey.canKeep,
      livesInTray: this.livesInTray,
      update: this.#updates.state,
    };
  }

  #changeSettings(change: DesktopSettingsChange): DesktopState {
    const next = mergeSettings(this.#settings.value, change);
    if (change.openAtLogin !== undefined || change.startHidden !== undefined) {
      const { dataDir } = this.#options.serve;
      const { platform, env, execPath } = process;
      const isOwn = dataDir === defaultDataDirectory(env, platform);
      const named = isOwn ? null : dataDir;
      applyAutostart(app, next, { platform, env, executable: execPath, dataDir: named });
    }
    const spoken = this.#texts.language;
    this.#settings.change(change);
    if (this.#texts.language !== spoken) this.#speak();
    this.#farm.refresh();
    if (change.updates !== undefined) drop(this.#updates.look(), reportToTerminal);
    return this.#state();
  }

  async #reachHost(): Promise<void> {
    await this.#host.reach();
    this.#farm.follow(this.#host.access);
  }

  async #connect(remote: RemoteHost | null, apiKey: string | null): Promise<void> {
    if (!(await this.#host.connect(remote, apiKey))) return;
    this.#farm.follow(this.#host.access);
    this.#window.renew();
  }

  async #startAgain(): Promise<void> {
    await this.#reachHost();
    this.#window.renew();
  }

  #showPrinter(printer: string): void {
    this.showWindow();
    this.#asks.add({ kind: "show_printer", printer });
  }

  async #takeFiles(files: readonly string[]): Promise<void> {
    const { access } = this.#host;
    if (access === null || files.length === 0) return;
    this.#asks.add(await takeOpenedFiles(files, access));
  }

  #exportDiagnostics(): Promise<string | null> {
    return exportDiagnostics({
      version: this.#version,
      host: this.#host.state,
      farm: this.#farm.digest,
      settings: this.#settings.value,
      logDir: this.#options.serve.logDir,
      texts: this.#texts,
    });
  }
}

function openExternal(url: string): void {
  drop(shell.openExternal(url), reportToTerminal);
}
