import type { DiscoveryStatus, farmDiscoveryMethods } from "#shared/contract/farmDiscovery.ts";
import type { HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";

/** Searching the local network for printers; nothing is sent before it is asked for. */
export function farmDiscoveryHandlers(
  parts: HandlerParts,
): HandlersOf<typeof farmDiscoveryMethods> {
  const { discovery, farm } = parts;
  const status = (): DiscoveryStatus => {
    const { running, done, total, found, problems } = discovery.state;
    return {
      running,
      done,
      total,
      found: found.map((printer) => ({ ...printer, known: knownAs(printer.address) })),
      problems: [...problems],
    };
  };
  /** The printer of this farm that has the address already. */
  const knownAs = (address: string) => {
    const wanted = hostOf(address);
    return (
      farm.printers.find((printer) => hostOf(printer.view().link.address) === wanted)?.id ?? null
    );
  };

  return {
    "farm.discovery.networks": () => ({ networks: [...discovery.networks()] }),
    "farm.discovery.start": ({ announcements, networks }) => {
      discovery.start({ announcements, networks });
      return status();
    },
    "farm.discovery.status": () => status(),
    "farm.discovery.cancel": () => {
      discovery.cancel();
      return status();
    },
  };
}

function hostOf(address: string): string {
  return address
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "")
    .toLowerCase();
}
