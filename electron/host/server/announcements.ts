import type { PrinterId } from "#shared/domain/ids.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import { type Announce, type AnnouncedService, OURS } from "../discovery/announcer.ts";
import type { Farm } from "../engine/farm.ts";
import type { PrinterPort, ReachSettings } from "./reachSettings.ts";

export interface AnnouncementsParts {
  readonly farm: Pick<Farm, "printers" | "onDidChange">;
  readonly reach: ReachSettings;
  readonly announce: Announce;
  /** The port of the farm; undefined while it is not listened on. */
  readonly port: () => number | undefined;
  readonly openToNetwork: boolean;
}

/** Tells the local network of the printers here, when asked to: phones and front ends list them then. */
export class Announcements {
  readonly #parts: AnnouncementsParts;
  readonly #subscriptions = new DisposableStore();
  readonly #announced = new Map<string, Disposable>();
  #problem: string | null = null;

  constructor(parts: AnnouncementsParts) {
    this.#parts = parts;
  }

  /** Why nothing is announced although it was asked for. */
  get problem(): string | null {
    return this.#problem;
  }

  start(): void {
    const { farm, reach } = this.#parts;
    this.#subscriptions.add(farm.onDidChange(() => this.#bringUpToDate()));
    this.#subscriptions.add(reach.onDidChange(() => this.#bringUpToDate()));
    this.#bringUpToDate();
  }

  stop(): void {
    this.#subscriptions.dispose();
    for (const service of this.#announced.values()) service.dispose();
    this.#announced.clear();
  }

  #bringUpToDate(): void {
    const wanted = new Map(this.#wanted().map((service) => [JSON.stringify(service), service]));
    for (const [key, service] of this.#announced) {
      if (wanted.has(key)) continue;
      service.dispose();
      this.#announced.delete(key);
    }
    for (const [key, service] of wanted) {
      if (this.#announced.has(key)) continue;
      try {
        this.#announced.set(key, this.#parts.announce(service));
      } catch (error) {
        this.#problem = `The network cannot be told (${messageOf(error)}).`;
      }
    }
  }

  #wanted(): readonly AnnouncedService[] {
    const { farm, reach, openToNetwork, port } = this.#parts;
    const { announce, ports } = reach.get();
    const farmPort = port();
    this.#problem = null;
    if (!announce || farmPort === undefined) return [];
    if (!openToNetwork) {
      this.#problem =
        "Nextplate listens on this computer only, so there is nothing others could reach. Start it with --host and an address of the network, with an API key.";
      return [];
    }
    return farm.printers.map(({ id, printer }) =>
      announcedService(id, printer.name, farmPort, ports),
    );
  }
}

/** A printer at its own port where it has one, else below the farm's, with Moonraker's text records. */
export function announcedService(
  id: PrinterId,
  name: string,
  farmPort: number,
  ports: readonly PrinterPort[],
): AnnouncedService {
  const own = ports.find(({ printer, endpoint }) => printer === id && endpoint === "printer");
  const prefix = own === undefined ? `/printers/${id}` : "";
  return {
    // A label of DNS has 63 bytes.
    name: `${shortened(name, 45)} @ Nextplate`,
    port: own?.port ?? farmPort,
    txt: { uuid: id, https_port: "", route_prefix: prefix, [OURS]: "1" },
  };
}

function shortened(name: string, most: number): string {
  let text = name;
  while (Buffer.byteLength(text) > most) text = text.replace(/.$/su, "");
  return text;
}
