import * as z from "zod";
import type { UpdateState } from "#shared/desktop/ipc.ts";
import type { DesktopSettings } from "#shared/desktop/settings.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { isSignedUpdate } from "./updateSignature.ts";

/** Milliseconds between two looks for a new version. */
const LOOK_EVERY = 6 * 3_600_000;

/** As much of electron-updater as is used; it is the one that knows each system's packages. */
export interface Updater {
  channel: string | null;
  allowPrerelease: boolean;
  allowDowngrade: boolean;
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean;
    readonly updateInfo: unknown;
  } | null>;
  downloadUpdate(): Promise<unknown>;
}

export interface UpdatesParts {
  /** null = this is no package that can be updated: development, a folder build. */
  readonly load: () => Promise<Updater | null>;
  /** The project's public key, as the package was built with it; null = none, and then no update is taken. */
  readonly publicKey: () => string | null;
  readonly channel: () => DesktopSettings["updates"];
  readonly clock: Clock;
  readonly onDidChange: (state: UpdateState) => void;
}

const Version = z.object({ version: z.string() });

/**
 * Looks for new versions, takes those the project signed, and leaves the installing to the end of the app:
 * `prepareQuit` decides whether it may happen.
 */
export class Updates {
  readonly #parts: UpdatesParts;
  readonly #timers = new DisposableStore();
  #updater: Updater | null = null;
  #state: UpdateState = { kind: "none" };

  constructor(parts: UpdatesParts) {
    this.#parts = parts;
  }

  get state(): UpdateState {
    return this.#state;
  }

  /** Looks now and every six hours, unless updates are off. Never rejects. */
  async follow(): Promise<void> {
    await this.look();
    this.#timers.add(
      this.#parts.clock.setTimer(LOOK_EVERY, () => drop(this.follow(), () => undefined)),
    );
  }

  /** One look; also after the channel was changed. Never rejects: the state says what went wrong. */
  async look(): Promise<void> {
    if (this.#parts.channel() === "off") {
      this.#allowInstalling(false);
      return this.#set({ kind: "none" });
    }
    try {
      await this.#look();
    } catch (error) {
      // What lies here already was checked and may be installed.
      if (this.#state.kind !== "ready") this.#set({ kind: "failed", reason: messageOf(error) });
    }
  }

  /** The app is about to end. An update is installed by a quit that was safe, and by no other. */
  prepareQuit(isSafe: boolean): void {
    this.#timers.dispose();
    this.#allowInstalling(
      isSafe && this.#state.kind === "ready" && this.#parts.channel() !== "off",
    );
  }

  async #look(): Promise<void> {
    this.#updater ??= await this.#parts.load();
    const updater = this.#updater;
    if (updater === null) return;
    const beta = this.#parts.channel() === "beta";
    updater.channel = beta ? "beta" : "latest";
    updater.allowPrerelease = beta;
    // Setting the channel has switched it on.
    updater.allowDowngrade = false;
    // Nothing is fetched before its signature was checked.
    updater.autoDownload = false;
    const found = await updater.checkForUpdates();
    if (found === null || !found.isUpdateAvailable) return this.#set({ kind: "none" });
    const { version } = Version.parse(found.updateInfo);
    if (this.#state.kind === "ready" && this.#state.version === version) return;
    this.#allowInstalling(false);
    const key = this.#parts.publicKey();
    if (key === null || !isSignedUpdate(found.updateInfo, key)) {
      const reason = `Version ${version} is offered without the project's signature and was not taken.`;
      return this.#set({ kind: "failed", reason });
    }
    this.#set({ kind: "loading", version });
    // electron-updater listens for the end of the app only when it may install at that time.
    this.#allowInstalling(true);
    await updater.downloadUpdate();
    this.#set({ kind: "ready", version });
  }

  #allowInstalling(allowed: boolean): void {
    if (this.#updater !== null) this.#updater.autoInstallOnAppQuit = allowed;
  }

  #set(state: UpdateState): void {
    this.#state = state;
    this.#parts.onDidChange(state);
  }
}
