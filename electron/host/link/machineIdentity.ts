import { lookup } from "node:dns/promises";
import * as z from "zod";

const SystemInfo = z.looseObject({
  system_info: z.looseObject({
    cpu_info: z
      .looseObject({ serial_number: z.string().catch("") })
      .optional()
      .catch(undefined),
    network: z.record(z.string(), z.looseObject({ mac_address: z.string().catch("") })).catch({}),
  }),
});

/** Made up by the kernel or a container runtime: the same on many machines, or gone tomorrow. */
const VIRTUAL_INTERFACE = /^(lo|docker|veth|br-|virbr|tun|tap|wg|tailscale)/;

/**
 * Names the computer behind a Moonraker by what its system information says of the hardware: serial number
 * of its board and addresses of its network cards. Several Moonrakers of one computer give one name,
 * whatever address each is reached by. Undefined when there is nothing to go by.
 */
export function hardwareIdentity(systemInfo: unknown): string | undefined {
  const parsed = SystemInfo.safeParse(systemInfo);
  if (!parsed.success) return undefined;
  const { cpu_info: cpu, network } = parsed.data.system_info;
  const serial = cpu?.serial_number.trim().toLowerCase() ?? "";
  if (/[1-9a-f]/.test(serial)) return `serial:${serial}`;
  const cards = Object.entries(network)
    .filter(([name]) => !VIRTUAL_INTERFACE.test(name))
    .map(([, card]) => card.mac_address.trim().toLowerCase())
    .filter((mac) => /[1-9a-f]/.test(mac))
    .toSorted();
  return cards.length === 0 ? undefined : `mac:${cards.join(",")}`;
}

/** The resolved address of a URL's host; the host itself when it cannot be resolved. */
export async function addressIdentity(base: string): Promise<string> {
  const host = new URL(base).hostname.replace(/^\[|\]$/g, "");
  try {
    return `address:${(await lookup(host)).address}`;
  } catch {
    return `host:${host}`;
  }
}
