import type { DesktopSettings } from "#shared/desktop/settings.ts";
import type { Clock } from "#shared/util/clock.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import { EMPTY_DIGEST, type FarmDigest } from "./farmDigest.ts";
import { FarmWatch } from "./farmWatch.ts";
import { NoticeBoard } from "./noticeBoard.ts";
import type { HostAccess } from "./openedFiles.ts";
import type { Presence } from "./presence.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";

export interface DesktopFarmParts {
  readonly presence: Pick<Presence, "update" | "notify" | "stop">;
  readonly settings: () => DesktopSettings;
  readonly texts: () => ShellTexts;
  readonly clock: Clock;
  readonly version: string;
}

/** Follows one host after another and shows on the desktop what goes on there. */
export class DesktopFarm {
  readonly #parts: DesktopFarmParts;
  #watch: FarmWatch | undefined;
  #followed = new DisposableStore();

  constructor(parts: DesktopFarmParts) {
    this.#parts = parts;
  }

  get digest(): FarmDigest {
    return this.#watch?.digest ?? EMPTY_DIGEST;
  }

  /** Leaves the host followed so far. null = there is none to follow; the tray is there all the same. */
  follow(access: HostAccess | null): void {
    this.#leave();
    this.refresh();
    if (access === null) return;
    const { settings, texts, presence, clock, version } = this.#parts;
    const watch = new FarmWatch({ ...access, version, clock });
    const followed = this.#followed;
    followed.add({ dispose: () => watch.stop() });
    const board = new NoticeBoard({
      clock,
      settings,
      texts,
      show: (notice) => presence.notify(notice),
    });
    followed.add(board);
    followed.add(watch.onDidNotice((notices) => board.add(notices)));
    followed.add(watch.onDidChange((digest) => presence.update(digest)));
    this.#watch = watch;
    watch.start();
  }

  /** Shows the present state again: after a change of the settings, or in a new window. */
  refresh(): void {
    this.#parts.presence.update(this.digest);
  }

  /** The computer woke up. */
  retryNow(): void {
    this.#watch?.retryNow();
  }

  stop(): void {
    this.#leave();
    this.#parts.presence.stop();
  }

  #leave(): void {
    this.#followed.dispose();
    this.#followed = new DisposableStore();
    this.#watch = undefined;
  }
}
