import { Menu, nativeImage, Notification, powerSaveBlocker, Tray } from "electron";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import type { FarmDigest } from "./farmDigest.ts";
import { type GroupedNotice, plainBody } from "./notices.ts";
import { type Taskbar, taskbarState } from "./taskbar.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";
import type { TrayService } from "./trayService.ts";
import { type TrayActions, trayMenu, traySummary } from "./trayMenu.ts";
import trayIcon from "../../build/icons/32x32.png?asset";
import trayCallingIcon from "../../build/icons/tray-attention.png?asset";

export interface PresenceOptions {
  readonly settings: () => DesktopSettings;
  readonly texts: () => ShellTexts;
  readonly taskbar: Taskbar;
  readonly actions: TrayActions;
  readonly trayService: Pick<TrayService, "isThere">;
}

/** What the app is on the desktop besides its window: tray, badge, taskbar progress, notifications, no sleep. */
export class Presence {
  readonly #options: PresenceOptions;
  #tray: Tray | undefined;
  #menu = "";
  #blocker: number | undefined;
  /** Held until they are closed or clicked: a collected notification forgets its click. */
  readonly #shown = new Set<Notification>();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Whether people can reach the app without its window. */
  get livesInTray(): boolean {
    const isShown = process.platform !== "linux" || this.#options.trayService.isThere;
    return this.#tray !== undefined && isShown;
  }

  update(farm: FarmDigest): void {
    const { tray, keepAwake } = this.#options.settings();
    this.#updateTray(tray, farm);
    this.#keepAwake(keepAwake && farm.busy > 0);
    this.#options.taskbar.show(taskbarState(farm));
  }

  notify(notice: GroupedNotice): void {
    const { title, body, printer } = notice;
    const notification = new Notification({ title, body: plainBody(body, process.platform) });
    this.#shown.add(notification);
    notification.on("click", () => {
      this.#shown.delete(notification);
      const { showPrinter, showWindow } = this.#options.actions;
      if (printer === null) showWindow();
      else showPrinter(printer);
    });
    notification.on("close", () => this.#shown.delete(notification));
    notification.show();
  }

  stop(): void {
    this.#keepAwake(false);
    this.#tray?.destroy();
    this.#tray = undefined;
    for (const notification of this.#shown) notification.close();
    this.#shown.clear();
  }

  #updateTray(wanted: boolean, farm: FarmDigest): void {
    if (!wanted) {
      this.#tray?.destroy();
      this.#tray = undefined;
      this.#menu = "";
      return;
    }
    if (this.#tray === undefined) {
      this.#tray = new Tray(nativeImage.createFromPath(trayIcon));
      this.#tray.on("click", () => this.#options.actions.showWindow());
    }
    // Progress comes four times a second; a menu that is open must not be rebuilt under the pointer.
    const texts = this.#options.texts();
    const menu = JSON.stringify([texts.language, farm.lines]);
    if (menu === this.#menu) return;
    this.#menu = menu;
    const icon = farm.attention > 0 ? trayCallingIcon : trayIcon;
    this.#tray.setImage(nativeImage.createFromPath(icon));
    this.#tray.setToolTip(traySummary(farm, texts));
    if (process.platform === "darwin") {
      this.#tray.setTitle(farm.attention > 0 ? String(farm.attention) : "");
    }
    const template = trayMenu(farm, texts, this.#options.actions);
    this.#tray.setContextMenu(Menu.buildFromTemplate(template));
  }

  #keepAwake(wanted: boolean): void {
    if (wanted) {
      this.#blocker ??= powerSaveBlocker.start("prevent-app-suspension");
    } else if (this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = undefined;
    }
  }
}
