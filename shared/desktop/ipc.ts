import * as z from "zod";

/**
 * What the page may ask of the desktop shell: channel -> signature. Desktop matters only (dialogs, window,
 * folders); the farm is spoken to over the host's websocket, by every client alike.
 */
export interface DesktopRequests {
  /** Shows the folder that holds queues, files and logs in the system's file manager. */
  "desktop:reveal-data-folder": () => Promise<void>;
}

export type DesktopChannel = keyof DesktopRequests;

/** The shell parses what a page sends before it acts on it: one schema of arguments per channel. */
export const desktopArguments: {
  readonly [C in DesktopChannel]: z.ZodType<Parameters<DesktopRequests[C]>>;
} = {
  "desktop:reveal-data-folder": z.tuple([]),
};

/** What is known before the page runs; handed to the preload as one process argument. */
export interface DesktopBoot {
  /** Root of the host's API, `http://127.0.0.1:PORT/`. */
  readonly hostUrl: string;
  readonly version: string;
}

/** The argument that carries a `DesktopBoot` as JSON. */
export const BOOT_ARGUMENT = "--nextplate-boot=";

/** `window.nextplate` in the desktop app; absent in a browser. Frozen. */
export interface DesktopBridge extends DesktopBoot {
  /** Node's name of the platform: linux, win32 or darwin. */
  readonly platform: string;
  revealDataFolder(): Promise<void>;
}
