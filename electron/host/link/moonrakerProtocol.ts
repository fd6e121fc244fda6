import { abortable } from "#shared/util/abortable.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { LinkProtocol } from "./linkProtocol.ts";
import { websocketAddress } from "./moonrakerAddress.ts";
import { parseNotice } from "./moonrakerFrames.ts";
import {
  askKlippy,
  identify,
  isUnauthorized,
  subscribeFarmView,
  subscribeObjects,
} from "./moonrakerSession.ts";
import { openWebsocket } from "./websocketTransport.ts";

export interface MoonrakerProtocolOptions {
  readonly resolveUrl: () => Promise<string>;
  readonly apiKey: string | null;
  readonly clock: Clock;
  readonly clientVersion: string;
}

/** Moonraker's websocket, as a link speaks it. */
export function moonrakerProtocol(options: MoonrakerProtocolOptions): LinkProtocol {
  const { resolveUrl, apiKey, clock, clientVersion } = options;
  return {
    isMoonraker: true,
    keepsHistory: true,
    silence: "Something answers there, but not as a Moonraker does. Check the address",
    open: async (signal) => {
      const address = websocketAddress(await abortable(resolveUrl(), signal));
      return openWebsocket(address, { apiKey, clock, signal });
    },
    greet: (peer) => identify(peer, { version: clientVersion, apiKey }),
    askKlippy,
    subscribe: subscribeFarmView,
    resubscribe: subscribeObjects,
    readNotices: (method, params) => [parseNotice(method, params)],
    isUnauthorized,
  };
}
