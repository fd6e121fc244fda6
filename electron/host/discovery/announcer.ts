import type { Disposable } from "#shared/util/disposable.ts";

/** One service of type `_moonraker._tcp`, as Moonraker's own zeroconf announces itself. */
export interface AnnouncedService {
  /** Unique in the network; what a person reads in a list. */
  readonly name: string;
  readonly port: number;
  readonly txt: Readonly<Record<string, string>>;
}

/** Announces a service in the local network until disposed; nothing goes out before. May throw. */
export type Announce = (service: AnnouncedService) => Disposable;

/** In the text record of what we announce ourselves: an endpoint of ours is no printer to be added. */
export const OURS = "nextplate";
