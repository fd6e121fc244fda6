import type { DbusAnswer, DbusMessage } from "../../electron/main/dbus/dbusConnection.ts";
import { textOf } from "../../electron/main/dbus/dbusWire.ts";

/** A service that a desktop has on its session bus, or a system on its own. */
export interface DesktopService {
  readonly name: string;
  /** undefined = not for this service. */
  answer(call: DbusMessage): DbusAnswer | undefined;
}

/** KDE's keyring: keeps what programs give it for as long as the desktop runs. */
export class Wallet implements DesktopService {
  readonly name = "org.kde.kwalletd5";
  readonly entries = new Map<string, string>();

  answer({ interface: where, member, body }: DbusMessage): DbusAnswer | undefined {
    if (where !== "org.kde.KWallet") return undefined;
    const [, folder, key, secret] = body;
    const entry = `${textOf(folder ?? "")}/${textOf(key ?? "")}`;
    switch (member) {
      case "isEnabled":
      case "hasFolder":
      case "createFolder":
        return ["b", true];
      case "networkWallet":
        return ["s", "kdewallet"];
      case "open":
        return ["i", 1];
      case "close":
        return ["i", 0];
      case "hasEntry":
        return ["b", this.entries.has(entry)];
      case "entryType":
        // 1 = a password.
        return ["i", this.entries.has(entry) ? 1 : 0];
      case "readPassword":
        return ["s", this.entries.get(entry) ?? ""];
      case "writePassword":
        this.entries.set(entry, textOf(secret));
        return ["i", 0];
      default:
        return undefined;
    }
  }
}

/** The desktop's power management: who keeps the computer awake, and why. */
export class PowerManagement implements DesktopService {
  readonly name = "org.freedesktop.PowerManagement";
  readonly inhibitors = new Map<number, string>();
  #next = 1;

  answer({ interface: where, member, body }: DbusMessage): DbusAnswer | undefined {
    if (!where.startsWith("org.freedesktop.PowerManagement")) return undefined;
    if (member === "UnInhibit") {
      this.inhibitors.delete(Number(body[0]));
      return [""];
    }
    if (member !== "Inhibit") return undefined;
    this.inhibitors.set(this.#next, textOf(body[1]));
    return ["u", this.#next++];
  }
}

/** The system's login manager, which says when the computer goes to sleep and when it has woken up. */
export const loginManager: DesktopService = {
  name: "org.freedesktop.login1",
  answer: () => undefined,
};
