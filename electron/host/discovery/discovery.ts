import type { TestedPrinter } from "#shared/contract/farm.ts";

/** A network this computer is in, small enough to be asked address by address. */
export interface LocalNetwork {
  /** For example 192.168.1.0/24. */
  readonly cidr: string;
  readonly interface: string;
  /** Hosts it has room for. */
  readonly addresses: number;
}

export interface Discovered {
  /** host:port, as it would be typed. */
  readonly address: string;
  readonly name: string;
  readonly source: "mdns" | "probe";
  readonly tested: TestedPrinter;
}

export interface DiscoveryState {
  readonly running: boolean;
  /** Addresses tried and to be tried by the probe. */
  readonly done: number;
  readonly total: number;
  /** In the order they answered. */
  readonly found: readonly Discovered[];
  /** Parts of the search that could not be done, in words. */
  readonly problems: readonly string[];
}

export interface SearchOptions {
  /** Listen for `_moonraker._tcp` announcements. */
  readonly announcements: boolean;
  /** Networks to ask address by address, CIDR. */
  readonly networks: readonly string[];
}

/**
 * Looks for printers in the local network. Nothing goes onto the network before `start`, and nothing after
 * the search has ended or was given up.
 */
export interface Discovery {
  readonly state: DiscoveryState;
  networks(): readonly LocalNetwork[];
  /** Begins a search; one under way is given up. Throws `bad_request` for networks that are none or too large. */
  start(options: SearchOptions): void;
  /** Gives the search up; what was found stays. */
  cancel(): void;
  /** Gives up and resolves when nothing is left open. */
  stop(): Promise<void>;
}
