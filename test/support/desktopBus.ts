import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { waitFor } from "./apiClient.ts";
import {
  type DbusAnswer,
  DbusConnection,
  type DbusMessage,
} from "../../electron/main/dbus/dbusConnection.ts";
import { type DbusValue, textOf } from "../../electron/main/dbus/dbusWire.ts";
import type { DesktopService } from "./desktopServices.ts";

const WATCHER = "org.kde.StatusNotifierWatcher";
const ITEM = "org.kde.StatusNotifierItem";
const NOTIFICATIONS = "org.freedesktop.Notifications";
const NOTIFICATIONS_PATH = "/org/freedesktop/Notifications";
const PROPERTIES = "org.freedesktop.DBus.Properties";
const MENU = "com.canonical.dbusmenu";
const LAUNCHER = "com.canonical.Unity.LauncherEntry";

export interface DesktopBusOptions {
  /** Whether the desktop shows tray icons; absent = it does. */
  readonly tray?: boolean;
  /** Services beside tray and notifications. */
  readonly services?: readonly DesktopService[];
}

export interface ShownNotification {
  readonly id: number;
  readonly title: string;
  readonly body: string;
  /** Who showed it, for the click. */
  readonly from: string;
}

/** Count and progress on the app's icon; null = not shown. */
export interface LauncherState {
  /** `application://` and the desktop entry. */
  readonly entry: string;
  readonly count: number | null;
  readonly progress: number | null;
}

/** An entry of the tray's menu, as the app publishes it. */
export interface TrayEntry {
  readonly id: number;
  readonly label: string;
  readonly children: readonly TrayEntry[];
}

/**
 * A session bus of its own with a tray and a notification service on it, as a desktop has them: they
 * record what an app publishes and send the clicks.
 */
export class DesktopBus {
  readonly address: string;
  readonly notifications: ShownNotification[] = [];
  /** What docks were told to show on the icon, the newest last. */
  readonly launcher: LauncherState[] = [];
  readonly #daemon: ChildProcess;
  /** `name/path` of the tray items. */
  readonly #items: { readonly name: string; readonly path: string }[] = [];
  readonly #services: DesktopService[] = [];
  #connection: DbusConnection | undefined;

  private constructor(daemon: ChildProcess, address: string) {
    this.#daemon = daemon;
    this.address = address;
  }

  static async start({ tray = true, services = [] }: DesktopBusOptions = {}): Promise<DesktopBus> {
    const daemon = spawn("dbus-daemon", ["--session", "--nofork", "--print-address=1"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const lines = createInterface({ input: daemon.stdout });
    const [address] = await once(lines, "line");
    const bus = new DesktopBus(daemon, String(address));
    bus.#connection = await DbusConnection.open(bus.address, {
      answer: (call) => bus.#answer(call),
      heard: ({ member, body }) => {
        if (member === "Update") bus.launcher.push(launcherOf(body));
      },
    });
    await bus.#connection.listenFor(`type='signal',interface='${LAUNCHER}'`);
    bus.#services.push(...services);
    if (tray) await bus.#connection.ownName(WATCHER);
    await bus.#connection.ownName(NOTIFICATIONS);
    for (const { name } of services) await bus.#connection.ownName(name);
    return bus;
  }

  async stop(): Promise<void> {
    this.#connection?.close();
    const ended = once(this.#daemon, "exit");
    this.#daemon.kill("SIGTERM");
    await ended;
  }

  /** The tooltip of the tray's icon: `[icon name, pixmaps, title, text]`. */
  async trayToolTip(): Promise<string> {
    const item = await this.#item();
    const [tip] = await this.#call(item, PROPERTIES, "Get", "ss", [ITEM, "ToolTip"]);
    const value = inner(tip);
    return Array.isArray(value) ? textOf(value[2]) : "";
  }

  /** The whole menu, read from what the app publishes. */
  async trayMenu(): Promise<readonly TrayEntry[]> {
    const menu = await this.#menu();
    const [, root] = await this.#call(menu, MENU, "GetLayout", "iias", [0, -1, []]);
    return entryOf(root ?? []).children;
  }

  async clickTrayEntry(id: number): Promise<void> {
    const menu = await this.#menu();
    const data = { signature: "s", value: "" };
    await this.#call(menu, MENU, "Event", "isvu", [id, "clicked", data, 0]);
  }

  async clickTrayIcon(): Promise<void> {
    await this.#call(await this.#item(), ITEM, "Activate", "ii", [0, 0]);
  }

  /** The first notification whose title reads so; waits for it. */
  notification(title: RegExp): Promise<ShownNotification> {
    return waitFor(`a notification ${title.source}`, () =>
      this.notifications.find((shown) => title.test(shown.title)),
    );
  }

  /** The panel with the tray is gone, as when it crashed or its extension was switched off. */
  async loseTray(): Promise<void> {
    this.#items.length = 0;
    await this.#open.giveUpName(WATCHER);
  }

  /** Says something to everyone, as a service of the system does. */
  tell(path: string, where: string, member: string, signature: string, value: DbusValue): void {
    this.#open.signal({ path, interface: where, member }, "", signature, [value]);
  }

  /** The app has ended, and its tray icon with it. */
  forgetTray(): void {
    this.#items.length = 0;
  }

  clickNotification({ id, from }: ShownNotification): void {
    const source = { path: NOTIFICATIONS_PATH, interface: NOTIFICATIONS };
    this.#open.signal({ ...source, member: "ActionInvoked" }, from, "us", [id, "default"]);
    this.#open.signal({ ...source, member: "NotificationClosed" }, from, "uu", [id, 2]);
  }

  get #open(): DbusConnection {
    if (this.#connection === undefined) throw new Error("The bus is not connected");
    return this.#connection;
  }

  #item(): Promise<{ readonly name: string; readonly path: string }> {
    return waitFor("a tray icon", () => this.#items.at(-1));
  }

  async #menu(): Promise<{ readonly name: string; readonly path: string }> {
    const item = await this.#item();
    const [path] = await this.#call(item, PROPERTIES, "Get", "ss", [ITEM, "Menu"]);
    return { name: item.name, path: textOf(inner(path)) };
  }

  #call(
    item: { readonly name: string; readonly path: string },
    where: string,
    member: string,
    signature: string,
    values: readonly DbusValue[],
  ): Promise<readonly DbusValue[]> {
    const address = { to: item.name, path: item.path, interface: where, member };
    return this.#open.call(address, signature, values);
  }

  #answer(call: DbusMessage): DbusAnswer | undefined {
    switch (call.member) {
      case "RegisterStatusNotifierItem": {
        const given = textOf(call.body[0]);
        this.#items.push(
          given.startsWith("/")
            ? { name: call.from, path: given }
            : { name: given, path: "/StatusNotifierItem" },
        );
        return [""];
      }
      case "Get":
        return watcherProperty(textOf(call.body[1]));
      case "GetCapabilities":
        return ["as", ["body", "actions"]];
      case "GetServerInformation":
        return ["ssss", "Recorder", "tests", "1", "1.2"];
      case "Notify": {
        const id = this.notifications.length + 1;
        const [, , , title, body] = call.body;
        this.notifications.push({ id, title: textOf(title), body: textOf(body), from: call.from });
        return ["u", id];
      }
      case "CloseNotification":
        return [""];
      default:
        return this.#services
          .map((service) => service.answer(call))
          .find((answer) => answer !== undefined);
    }
  }
}

function watcherProperty(name: string): DbusAnswer | undefined {
  switch (name) {
    case "IsStatusNotifierHostRegistered":
      return ["v", { signature: "b", value: true }];
    case "ProtocolVersion":
      return ["v", { signature: "i", value: 0 }];
    case "RegisteredStatusNotifierItems":
      return ["v", { signature: "as", value: [] }];
    default:
      return undefined;
  }
}

function launcherOf([entry, properties]: readonly DbusValue[]): LauncherState {
  const pairs = Array.isArray(properties) ? properties : [];
  const valueOf = (name: string): DbusValue => {
    const pair = pairs.find((one) => Array.isArray(one) && one[0] === name);
    return inner(Array.isArray(pair) ? pair[1] : undefined);
  };
  const shown = (name: string) =>
    valueOf(`${name}-visible`) === true ? Number(valueOf(name)) : null;
  return { entry: textOf(entry), count: shown("count"), progress: shown("progress") };
}

/** `(ia{sv}av)`: id, properties, children. */
function entryOf(value: DbusValue): TrayEntry {
  const [id, properties, children] = Array.isArray(value) ? value : [];
  const pairs = Array.isArray(properties) ? properties : [];
  const label = pairs.find((pair) => Array.isArray(pair) && pair[0] === "label");
  return {
    id: Number(id),
    label: Array.isArray(label) ? textOf(inner(label[1])) : "",
    children: (Array.isArray(children) ? children : []).map((child) => entryOf(inner(child))),
  };
}

function inner(value: DbusValue | undefined): DbusValue {
  return typeof value === "object" && "signature" in value ? value.value : (value ?? "");
}
