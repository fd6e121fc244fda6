import type { KlippyState } from "#shared/contract/server.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { configuredFolder } from "./klipperAddress.ts";
import { cardPath } from "./klipperFrames.ts";
import { queryObjects } from "./klipperRequests.ts";

const NOT_TOLD = "Klipper has not said yet where its files are, since it is not ready";
const NO_CARD =
  "Klipper has not said where its files are. Its configuration needs a [virtual_sdcard] section";

/** Where the folder that Klipper prints from lies on this computer: given by a person, or asked of Klipper. */
export class CardFolder {
  readonly #isGiven: boolean;
  #path: string | null;
  /** Why there is none, and what to do. */
  #trouble = NOT_TOLD;

  constructor(given: string | null) {
    this.#isGiven = given !== null;
    this.#path = given;
  }

  /** Throws `unavailable` while it is not known. */
  get path(): string {
    if (this.#path === null) throw new AppError("unavailable", this.#trouble);
    return this.#path;
  }

  /** Asks Klipper, which is in this state. It may be another folder after a restart with another configuration. */
  async learn(peer: RpcPeer, state: KlippyState): Promise<void> {
    if (this.#isGiven) return;
    const told = cardPath((await queryObjects(peer, { configfile: ["config"] })).status);
    // A configuration that has not been read yet, or could not be, says nothing.
    if (told === undefined && state !== "ready") return;
    this.#path = told === undefined ? null : configuredFolder(told);
    this.#trouble = told === undefined ? NO_CARD : notOurs(told);
  }
}

function notOurs(path: string): string {
  return `Klipper says that its files are in ${path}, which means nothing to this computer. Enter the folder's whole path`;
}
