import type { Disposable } from "#shared/util/disposable.ts";
import { DbusConnection } from "./dbus/dbusConnection.ts";
import type { DbusValue } from "./dbus/dbusWire.ts";
import type { Taskbar, TaskbarState } from "./taskbar.ts";

const INTERFACE = "com.canonical.Unity.LauncherEntry";
const PATH = "/com/canonical/unity/launcherentry/nextplate";
/** The desktop entry of the packages, which is how a dock knows whose icon is meant. */
const ENTRY = "application://nextplate.desktop";

/**
 * Count and progress on the app's icon in docks and taskbars of Linux (Plasma, Dash to Dock, Ubuntu's). Electron
 * has it too, through a library that few systems besides Ubuntu have; the message itself is one signal.
 */
export class LauncherEntry implements Taskbar, Disposable {
  /** Of the session bus; absent where there is none. */
  readonly #address: string | undefined;
  #connection: DbusConnection | undefined;
  #state: TaskbarState = { attention: 0, percent: null };
  #disposed = false;

  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** Never rejects: without a bus there is no dock that listens. The entry goes away with the connection. */
  async start(): Promise<void> {
    if (this.#address === undefined) return;
    try {
      const connection = await DbusConnection.open(this.#address, {
        answer: ({ interface: where, member }) =>
          where === INTERFACE && member === "Query"
            ? ["sa{sv}", ENTRY, propertiesOf(this.#state)]
            : undefined,
        ended: () => (this.#connection = undefined),
      });
      if (this.#disposed) return connection.close();
      this.#connection = connection;
      this.#tell();
    } catch {
      this.#connection = undefined;
    }
  }

  /** Said only when it has changed: each is a message to the whole desktop. */
  show(state: TaskbarState): void {
    const { attention, percent } = this.#state;
    if (state.attention === attention && state.percent === percent) return;
    this.#state = state;
    this.#tell();
  }

  dispose(): void {
    this.#disposed = true;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #tell(): void {
    const where = { path: PATH, interface: INTERFACE, member: "Update" };
    this.#connection?.signal(where, "", "sa{sv}", [ENTRY, propertiesOf(this.#state)]);
  }
}

function propertiesOf({ attention, percent }: TaskbarState): DbusValue {
  const pair = (name: string, signature: string, value: DbusValue): DbusValue => [
    name,
    { signature, value },
  ];
  return [
    pair("count", "x", attention),
    pair("count-visible", "b", attention > 0),
    pair("progress", "d", (percent ?? 0) / 100),
    pair("progress-visible", "b", percent !== null),
    pair("urgent", "b", attention > 0),
  ];
}
