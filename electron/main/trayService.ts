import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { DbusConnection } from "./dbus/dbusConnection.ts";

const WATCHER = "org.kde.StatusNotifierWatcher";
/** Milliseconds in which a panel that was restarted shows its icons again. */
const PATIENCE = 5_000;

export interface TrayServiceParts {
  /** Address of the session bus; absent where there is none. */
  readonly address: string | undefined;
  readonly clock: Clock;
  /** The tray was there and has gone for good: whoever lives in it must show up elsewhere. */
  readonly onDidVanish: () => void;
}

/**
 * Whether this Linux desktop shows tray icons. Electron makes a tray also where nobody shows it; an app that
 * closed its window then could not be reached any more.
 */
export class TrayService implements Disposable {
  readonly #parts: TrayServiceParts;
  #connection: DbusConnection | undefined;
  #isThere = false;
  #vanishing: Disposable | undefined;
  #disposed = false;

  constructor(parts: TrayServiceParts) {
    this.#parts = parts;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  /** Asks the bus, and follows what becomes of the answer. Never rejects: without a bus there is no tray. */
  async start(): Promise<void> {
    const { address } = this.#parts;
    if (address === undefined) return;
    try {
      const connection = await DbusConnection.open(address, {
        heard: ({ member, body }) => {
          const [name, , owner] = body;
          if (member === "NameOwnerChanged" && name === WATCHER) this.#set(owner !== "");
        },
        ended: () => this.#set(false),
      });
      if (this.#disposed) return connection.close();
      this.#connection = connection;
      await connection.listenFor(
        `type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${WATCHER}'`,
      );
      this.#set(await connection.isOwned(WATCHER));
    } catch {
      this.#set(false);
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#vanishing?.dispose();
    this.#connection?.close();
  }

  #set(isThere: boolean): void {
    if (isThere === this.#isThere) return;
    this.#isThere = isThere;
    this.#vanishing?.dispose();
    this.#vanishing = isThere
      ? undefined
      : this.#parts.clock.setTimer(PATIENCE, () => this.#parts.onDidVanish());
  }
}
