import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import type { PrinterId } from "#shared/domain/ids.ts";
import type { LeaseSelf } from "./engine/leaseMachine.ts";
import type { SettingsStore } from "./store/settingsStore.ts";

const INSTANCE_KEY = "instance_id";

/** Who we are to other hosts at a shared printer: an id of the data folder, one of this run, and our names. */
export async function hostIdentity(settings: SettingsStore): Promise<LeaseSelf> {
  const stored = settings.get(INSTANCE_KEY);
  const instance = typeof stored === "string" && stored !== "" ? stored : randomUUID();
  if (instance !== stored) await settings.set(INSTANCE_KEY, instance);
  return { instance, session: randomUUID(), user: userName(), host: hostname() };
}

/**
 * The same for one printer of this host: should one machine be here twice under two addresses, only one of
 * the two may start prints on it.
 */
export function seatOf(self: LeaseSelf, printer: PrinterId): LeaseSelf {
  const instance = `${self.instance}/${printer}`;
  return { ...self, instance, session: `${self.session}/${printer}` };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in a container.
    return "";
  }
}
