import { isIPv4 } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { AppError } from "#shared/rpc/errors.ts";
import type { LocalNetwork } from "./discovery.ts";

/** Addresses asked in one search. */
export const MOST_ADDRESSES = 1024;

/**
 * Every host address of IPv4 networks in CIDR notation, without their network and broadcast addresses and
 * without repeats. Throws `bad_request` when one is no network, or when there are too many addresses.
 */
export function hostAddresses(networks: readonly string[]): readonly string[] {
  const parsed = networks.map(parse);
  const count = parsed.reduce((sum, { size }) => sum + size, 0);
  if (count > MOST_ADDRESSES + 2 * parsed.length) {
    throw new AppError(
      "bad_request",
      `That is ${count} addresses; one search asks ${MOST_ADDRESSES} at most. Name smaller networks, such as 192.168.1.0/24.`,
    );
  }
  const addresses = parsed.flatMap(({ first, size }) => {
    // /31 and /32 have no network and broadcast address.
    const [from, to] = size > 2 ? [1, size - 1] : [0, size];
    return Array.from({ length: to - from }, (_, index) => dotted(first + from + index));
  });
  return [...new Set(addresses)];
}

/** The IPv4 networks of this computer that can be probed, loopback left out, each once. */
export function localNetworks(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly LocalNetwork[] {
  const found = new Map<string, LocalNetwork>();
  for (const [name, addresses = []] of Object.entries(interfaces)) {
    for (const { family, internal, cidr } of addresses) {
      if (family !== "IPv4" || internal || cidr === null) continue;
      const { first, size, bits } = parse(cidr);
      // A wider network is narrowed to the part around this computer that one search can ask.
      const own = size > MOST_ADDRESSES ? parse(`${cidr.split("/")[0] ?? ""}/24`) : null;
      const network = own ?? { first, size, bits };
      const text = `${dotted(network.first)}/${network.bits}`;
      const hosts = hostAddresses([text]).length;
      if (!found.has(text)) found.set(text, { cidr: text, interface: name, addresses: hosts });
    }
  }
  return [...found.values()];
}

interface Network {
  /** First address as a number. */
  readonly first: number;
  readonly size: number;
  readonly bits: number;
}

function parse(cidr: string): Network {
  const [address = "", mask = "32", ...rest] = cidr.trim().split("/");
  const bits = Number(mask);
  if (rest.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(mask) || bits > 32) {
    throw new AppError("bad_request", `"${cidr}" is no network: write it like 192.168.1.0/24.`);
  }
  const size = 2 ** (32 - bits);
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first: number - (number % size), size, bits };
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
