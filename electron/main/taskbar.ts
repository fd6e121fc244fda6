import type { App, BrowserWindow } from "electron";
import type { FarmDigest } from "./farmDigest.ts";

/** What a taskbar or dock shows on the app's icon. */
export interface TaskbarState {
  /** Printers that need a person. */
  readonly attention: number;
  /** Of the running prints, 0 to 100; null while nothing prints. */
  readonly percent: number | null;
}

export interface Taskbar {
  show(state: TaskbarState): void;
}

/** Progress comes four times a second; a taskbar is told of whole percents. */
export function taskbarState({ attention, progress }: FarmDigest): TaskbarState {
  return { attention, percent: progress === null ? null : Math.round(progress * 100) };
}

/** Windows and macOS: progress belongs to a window, so that a new one is told anew. */
export class WindowTaskbar implements Taskbar {
  readonly #app: Pick<App, "setBadgeCount">;
  readonly #window: () => Pick<BrowserWindow, "id" | "setProgressBar"> | undefined;
  #said = "";

  constructor(
    app: Pick<App, "setBadgeCount">,
    window: () => Pick<BrowserWindow, "id" | "setProgressBar"> | undefined,
  ) {
    this.#app = app;
    this.#window = window;
  }

  show({ attention, percent }: TaskbarState): void {
    const window = this.#window();
    const said = `${window?.id ?? "none"} ${attention} ${percent}`;
    if (said === this.#said) return;
    this.#said = said;
    this.#app.setBadgeCount(attention);
    // Amber where a person is needed, on systems that have the colour.
    const mode = attention > 0 ? "paused" : "normal";
    window?.setProgressBar(percent === null ? -1 : percent / 100, { mode });
  }
}
