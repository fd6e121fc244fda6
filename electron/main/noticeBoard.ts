import type { DesktopSettings } from "#shared/desktop/settings.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";
import { type GroupedNotice, groupNotices, isQuiet, type Notice } from "./notices.ts";

/** Milliseconds in which notices of a kind become one. */
const GATHER = 1_500;

export interface NoticeBoardParts {
  readonly clock: Clock;
  readonly settings: () => DesktopSettings;
  readonly texts: () => ShellTexts;
  readonly show: (notice: GroupedNotice) => void;
}

/** Gathers notices for a moment and shows those that are wanted now. */
export class NoticeBoard implements Disposable {
  readonly #parts: NoticeBoardParts;
  #gathered: Notice[] = [];
  #timer: Disposable | undefined;

  constructor(parts: NoticeBoardParts) {
    this.#parts = parts;
  }

  add(notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    this.#gathered.push(...notices);
    this.#timer ??= this.#parts.clock.setTimer(GATHER, () => this.#show());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#gathered = [];
  }

  #show(): void {
    this.#timer = undefined;
    const gathered = this.#gathered.splice(0);
    const { notify, quietHours } = this.#parts.settings();
    const now = new Date(this.#parts.clock.now());
    // What comes in quiet hours is not kept for the morning: the board and the tray have it.
    if (isQuiet(quietHours, now.getHours() * 60 + now.getMinutes())) return;
    const wanted = gathered.filter(({ kind }) => notify[kind]);
    groupNotices(wanted, this.#parts.texts()).forEach(this.#parts.show);
  }
}
