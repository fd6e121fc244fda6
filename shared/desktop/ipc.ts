import * as z from "zod";
import type { BoardKeyName } from "./boardKeys.ts";
import { type DesktopSettings, DesktopSettingsChange, RemoteHost } from "./settings.ts";

/** How far the next version is. */
export type UpdateState =
  /** Nothing newer is known, or updates are off, or this is no package that can be updated. */
  | { readonly kind: "none" }
  | { readonly kind: "loading"; readonly version: string }
  /** Installed when the app is quit. */
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What a settings page shows of the app on this computer. */
export interface DesktopState {
  readonly settings: DesktopSettings;
  /** The address of the host the window shows, the built-in one or a remote one. */
  readonly hostUrl: string | null;
  /** A key of the remote host is kept. The key itself never reaches a page. */
  readonly hasRemoteKey: boolean;
  /** The system keeps secrets for us; without it a remote key is forgotten at the end. */
  readonly canKeepSecrets: boolean;
  /** There is a tray to live in; without one the app ends with its window. */
  readonly livesInTray: boolean;
  readonly update: UpdateState;
}

/** What the shell asks of the page: the desktop came with something, or a person clicked a notification. */
export type DesktopAsk =
  | { readonly kind: "show_printer"; readonly printer: string }
  /** `part`: the place on the screen, where it has several. */
  | { readonly kind: "show_screen"; readonly screen: string; readonly part?: string }
  /** A menu named a key of the board: do what it does. */
  | { readonly kind: "press_key"; readonly key: BoardKeyName }
  /** The column's number, from 1, as it is typed. */
  | { readonly kind: "go_to_column"; readonly number: number }
  /** Files opened with the app lie in the farm's library under these paths; others could not be taken. */
  | {
      readonly kind: "files_opened";
      readonly paths: readonly string[];
      readonly failed: readonly { readonly name: string; readonly reason: string }[];
    };

/**
 * What the page may ask of the desktop shell: channel -> signature. Desktop matters only (dialogs, window,
 * folders); the farm is spoken to over the host's websocket, by every client alike.
 */
export interface DesktopRequests {
  /** Shows the folder that holds queues, files and logs in the system's file manager. */
  "desktop:reveal-data-folder": () => Promise<void>;
  "desktop:state": () => Promise<DesktopState>;
  "desktop:change-settings": (change: DesktopSettingsChange) => Promise<DesktopState>;
  /** Shows another computer's host instead of the built-in one, or that one again with null. The window opens anew. */
  "desktop:connect": (remote: RemoteHost | null, apiKey: string | null) => Promise<void>;
  /** Asks where, and writes logs and settings there without secrets. Resolves with the file, null = not wanted. */
  "desktop:export-diagnostics": () => Promise<string | null>;
  /** What was asked of the page since it last took it, oldest first. */
  "desktop:take-asks": () => Promise<readonly DesktopAsk[]>;
}

export type DesktopChannel = keyof DesktopRequests;

/** The shell parses what a page sends before it acts on it: one schema of arguments per channel. */
export const desktopArguments: {
  readonly [C in DesktopChannel]: z.ZodType<Parameters<DesktopRequests[C]>>;
} = {
  "desktop:reveal-data-folder": z.tuple([]),
  "desktop:state": z.tuple([]),
  "desktop:change-settings": z.tuple([DesktopSettingsChange]),
  "desktop:connect": z.tuple([RemoteHost.nullable(), z.string().min(1).max(300).nullable()]),
  "desktop:export-diagnostics": z.tuple([]),
  "desktop:take-asks": z.tuple([]),
};

/** Sent to the page, without content, when there is something to take. */
export const ASKED_CHANNEL = "desktop:asked";

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
  state(): Promise<DesktopState>;
  changeSettings(change: DesktopSettingsChange): Promise<DesktopState>;
  connect(remote: RemoteHost | null, apiKey: string | null): Promise<void>;
  exportDiagnostics(): Promise<string | null>;
  takeAsks(): Promise<readonly DesktopAsk[]>;
  /** Calls `listener` whenever there is something to take; undone by calling the result. */
  onDidAsk(listener: () => void): () => void;
}
