import { isIPv4 } from "node:net";
import * as z from "zod";
import { OURS } from "./announcer.ts";

/** A printer as it announced itself. */
export interface Announcement {
  /** host:port. */
  readonly address: string;
  readonly name: string;
}

const Service = z.looseObject({
  name: z.string(),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  addresses: z.array(z.string()).optional(),
  txt: z.unknown().optional(),
});
const Text = z.looseObject({ route_prefix: z.string().optional() });

/**
 * Reads a `_moonraker._tcp` announcement; undefined when it makes no sense. An IPv4 address is preferred to
 * the host's name: `.local` names are not resolved on every computer.
 */
export function readAnnouncement(service: unknown): Announcement | undefined {
  const parsed = Service.safeParse(service);
  if (!parsed.success) return undefined;
  const { name, host, port, addresses = [], txt } = parsed.data;
  // A queue that printed on a queue would hand every job round in a circle.
  if (typeof txt === "object" && txt !== null && OURS in txt) return undefined;
  const named = host.replace(/\.$/, "");
  const at = addresses.find((address) => isIPv4(address)) ?? named;
  if (at === "" || /[\s/@]/.test(at)) return undefined;
  const prefix = prefixOf(txt);
  const address = prefix === "" ? `${at}:${port}` : `http://${at}:${port}/${prefix}`;
  // Moonraker announces itself as "Moonraker @ hostname" unless told otherwise.
  const label = name.replace(/^moonraker @ /i, "").trim();
  return { address, name: label === "" ? named : label };
}

/** Moonraker's `route_prefix`: the path it stands under behind a reverse proxy. */
function prefixOf(txt: unknown): string {
  const parsed = Text.safeParse(txt);
  const prefix = parsed.success ? (parsed.data.route_prefix ?? "") : "";
  return /^[\w./-]*$/.test(prefix) ? prefix.replaceAll(/^\/+|\/+$/g, "") : "";
}
