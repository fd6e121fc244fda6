import { FarmConnection } from "#shared/client/farmConnection.ts";
import type { PrinterView } from "#shared/contract/farm.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import { openWebsocket } from "../host/link/websocketTransport.ts";
import { digestFarm, EMPTY_DIGEST, type FarmDigest } from "./farmDigest.ts";
import { type Notice, noticesBetween } from "./notices.ts";

export interface FarmWatchOptions {
  /** Root of the host's API. */
  readonly hostUrl: string;
  /** For a host on another computer. */
  readonly apiKey: string | null;
  readonly version: string;
  readonly clock: Clock;
}

/**
 * The desktop app as one more client of the host, built-in or remote: what tray, notifications and power
 * management know of the farm, they know from the API.
 */
export class FarmWatch {
  readonly #connection: FarmConnection;
  readonly #views = new Map<string, PrinterView>();
  readonly #onDidChange = new Emitter<FarmDigest>();
  readonly #onDidNotice = new Emitter<readonly Notice[]>();
  #digest = EMPTY_DIGEST;

  /** After every change; progress comes along with those, it does not cause them. */
  readonly onDidChange = this.#onDidChange.event;
  readonly onDidNotice = this.#onDidNotice.event;

  constructor(options: FarmWatchOptions) {
    const { hostUrl, apiKey, version, clock } = options;
    const socket = new URL("websocket", hostUrl.replace(/^http/, "ws")).href;
    this.#connection = new FarmConnection({
      open: (signal) => openWebsocket(socket, { apiKey, clock, signal }),
      clock,
      random: Math.random,
      client: { name: "Nextplate desktop", type: "desktop", url: hostUrl },
      version,
    });
    this.#connection.onDidReceiveSnapshot(({ printers }) => {
      const present = new Set<string>(printers.map(({ id }) => id));
      for (const id of this.#views.keys()) if (!present.has(id)) this.#views.delete(id);
      const notices = printers.flatMap((view) => this.#put(view));
      this.#announce(notices);
    });
    this.#connection.onDidChangePrinter(({ id, printer }) => {
      if (printer === null) this.#views.delete(id);
      this.#announce(printer === null ? [] : this.#put(printer));
    });
    this.#connection.onDidReceiveLive((moved) => {
      for (const { id, progress } of moved) {
        const view = this.#views.get(id);
        if (view === undefined || view.current === null || progress === null) continue;
        this.#views.set(id, { ...view, current: { ...view.current, progress } });
      }
      this.#announce([]);
    });
  }

  get digest(): FarmDigest {
    return this.#digest;
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  /** After a sleep: the old connection may be dead without having said so. */
  retryNow(): void {
    this.#connection.retryNow();
  }

  #put(view: PrinterView): Notice[] {
    const before = this.#views.get(view.id);
    this.#views.set(view.id, view);
    return noticesBetween(before, view);
  }

  #announce(notices: readonly Notice[]): void {
    this.#digest = digestFarm(this.#views.values());
    this.#onDidChange.fire(this.#digest);
    if (notices.length > 0) this.#onDidNotice.fire(notices);
  }
}
