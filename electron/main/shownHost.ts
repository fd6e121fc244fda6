import type { RemoteHost } from "#shared/desktop/settings.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { HostRunner, HostStart } from "./hostRunner.ts";
import type { HostAccess } from "./openedFiles.ts";
import type { RemoteKey } from "./remoteKey.ts";
import type { SettingsFile } from "./settingsFile.ts";

export interface ShownHostParts {
  readonly runner: Pick<HostRunner, "start" | "stop" | "starting" | "holdStarts" | "reconnectNow">;
  readonly settings: Pick<SettingsFile, "value" | "change">;
  readonly remoteKey: Pick<RemoteKey, "value" | "set">;
  /** Resolves when the built-in host may stop, its starts held, with false when the person would rather stay. */
  readonly mayLeave: () => Promise<boolean>;
}

/** The host the app shows: the built-in one, or one on another computer. One change at a time. */
export class ShownHost {
  readonly #parts: ShownHostParts;
  readonly #changes = new Sequencer();
  #state: HostStart = { kind: "failed", message: "Nextplate is still starting." };

  constructor(parts: ShownHostParts) {
    this.#parts = parts;
  }

  get state(): HostStart {
    return this.#state;
  }

  /** Root of its API; null where the built-in host could not start. */
  get url(): string | null {
    return this.#state.kind === "running" ? this.#state.url : null;
  }

  get access(): HostAccess | null {
    if (this.url === null) return null;
    const isRemote = this.#parts.settings.value.remote !== null;
    return { hostUrl: this.url, apiKey: isRemote ? this.#parts.remoteKey.value : null };
  }

  /** Names of printers whose start is not settled; of the built-in host alone, a remote one goes on without us. */
  starting(): readonly string[] {
    return this.#parts.runner.starting();
  }

  /** See Host.holdStarts; of the built-in host alone. */
  holdStarts(held: boolean): void {
    this.#parts.runner.holdStarts(held);
  }

  /** Starts the built-in host, unless it runs. A remote one is there or not: that is for the page to say. */
  reach(): Promise<void> {
    return this.#changes.run(() => this.#reach());
  }

  /** From now on shows another computer's host, or with null the built-in one. False = it stays as it was. */
  async connect(remote: RemoteHost | null, apiKey: string | null): Promise<boolean> {
    // Outside of the changes: a quit must not stand behind this question.
    if (!(await this.#parts.mayLeave())) return false;
    await this.#changes.run(async () => {
      const { settings, remoteKey, runner } = this.#parts;
      try {
        settings.change({ remote: remote && { url: new URL("/", remote.url).href } });
        remoteKey.set(remote === null ? null : apiKey);
      } catch (error) {
        // The disk refused: all stays as it was, and the queues go on.
        runner.holdStarts(false);
        throw error;
      }
      this.#state = { kind: "failed", message: "Nextplate is changing to another host." };
      await runner.stop();
      await this.#reach();
    });
    return true;
  }

  /** The computer woke up. */
  reconnectNow(): void {
    this.#parts.runner.reconnectNow();
  }

  stop(): Promise<void> {
    return this.#changes.run(() => this.#parts.runner.stop());
  }

  async #reach(): Promise<void> {
    if (this.#state.kind === "running") return;
    const { remote } = this.#parts.settings.value;
    this.#state =
      remote === null ? await this.#parts.runner.start() : { kind: "running", url: remote.url };
  }
}
