import type { DesktopAsk } from "#shared/desktop/ipc.ts";

/**
 * What the page is asked to do, kept until it takes it: it may still be loading, or be loaded again after
 * a crash.
 */
export class AskBox {
  readonly #onAsked: () => void;
  #asks: DesktopAsk[] = [];

  /** `onAsked` tells the page, if there is one, that there is something to take. */
  constructor(onAsked: () => void) {
    this.#onAsked = onAsked;
  }

  add(ask: DesktopAsk): void {
    this.#asks.push(ask);
    this.#onAsked();
  }

  take(): readonly DesktopAsk[] {
    return this.#asks.splice(0);
  }
}
