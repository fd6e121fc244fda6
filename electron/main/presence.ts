import {
  app,
  type BrowserWindow,
  Menu,
  nativeImage,
  Notification,
  powerSaveBlocker,
  Tray,
} from "electron";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import type { FarmDigest } from "./farmDigest.ts";
import type { GroupedNotice } from "./notices.ts";
import { type TrayActions, trayMenu, traySummary } from "./trayMenu.ts";
import trayIcon from "../../build/icons/32x32.png?asset";
import trayCallingIcon from "../../build/icons/tray-attention.png?asset";

export interface PresenceOptions {
  readonly settings: () => DesktopSettings;
  readonly window: () => BrowserWindow | undefined;
  readonly actions: TrayActions;
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

  get hasTray(): boolean {
    return this.#tray !== undefined;
  }

  update(farm: FarmDigest): void {
    const { tray, keepAwake } = this.#options.settings();
    this.#updateTray(tray, farm);
    this.#keepAwake(keepAwake && farm.busy > 0);
    app.setBadgeCount(farm.attention);
    const mode = farm.attention > 0 ? "paused" : "normal";
    this.#options.window()?.setProgressBar(farm.progress ?? -1, { mode });
  }

  notify(notice: GroupedNotice): void {
    const { title, body, printer } = notice;
    const notification = new Notification({ title, body });
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
    const menu = JSON.stringify([farm.lines.map(({ id, name, text }) => [id, name, text])]);
    if (menu === this.#menu) return;
    this.#menu = menu;
    const icon = farm.attention > 0 ? trayCallingIcon : trayIcon;
    this.#tray.setImage(nativeImage.createFromPath(icon));
    this.#tray.setToolTip(traySummary(farm));
    if (process.platform === "darwin") {
      this.#tray.setTitle(farm.attention > 0 ? String(farm.attention) : "");
    }
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(farm, this.#options.actions)));
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
