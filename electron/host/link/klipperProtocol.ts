import type { ObjectSelection } from "#shared/contract/printer.ts";
import type { KlippyState } from "#shared/contract/server.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { abortable } from "#shared/util/abortable.ts";
import type { Clock } from "#shared/util/clock.ts";
import { farmViewObjects, withFollowed } from "./farmViewObjects.ts";
import { isReady, readOutputNotice, readStatusNotice } from "./klipperFrames.ts";
import {
  info,
  listObjects,
  OUTPUT,
  registerRemoteMethod,
  REMOTE_METHODS,
  STATUS,
  subscribeObjects,
  subscribeOutput,
} from "./klipperRequests.ts";
import { openKlipperSocket } from "./klipperSocket.ts";
import { runFacts } from "./klippyProcess.ts";
import type { LinkProtocol, Notice } from "./linkProtocol.ts";

export interface KlipperProtocolOptions {
  /** Path of the socket or host:port; asked before every connection. */
  readonly resolveSocket: () => Promise<string>;
  readonly clock: Clock;
  readonly clientVersion: string;
  /**
   * Learns what else Klipper can tell in this state: as soon as the connection stands, since files are put
   * beside a Klipper that is not ready too, and before the subscription of a session.
   */
  readonly prepare: (peer: RpcPeer, state: KlippyState) => Promise<void>;
}

/** The sentence for something that answers, but not as Klipper does. */
export const NOT_KLIPPER =
  "Something answers there, but not as Klipper's API server does. Check the path or port";

/** Klipper's own API server (klippy.py -a), as a link speaks it. */
export function klipperProtocol(options: KlipperProtocolOptions): LinkProtocol {
  const { resolveSocket, clock, clientVersion, prepare } = options;
  return {
    isMoonraker: false,
    keepsHistory: false,
    silence: NOT_KLIPPER,
    open: async (signal) =>
      openKlipperSocket(await abortable(resolveSocket(), signal), { clock, signal }),
    greet: async (peer) => {
      const { state } = await greet(peer, clientVersion);
      // What cannot be told now is asked again before a session.
      await prepare(peer, state).catch(() => {});
    },
    askKlippy: async (peer) => {
      const { state, state_message } = await info(peer);
      return { klippy: state, message: state_message.trim() };
    },
    subscribe: async (peer, followed) => {
      const { process_id, state } = await info(peer);
      const objects = await listObjects(peer);
      // Output first: from the first status on, no line of a print can be missed.
      await subscribeOutput(peer);
      for (const name of REMOTE_METHODS) await registerRemoteMethod(peer, name);
      await prepare(peer, state);
      const { status, eventtime } = await subscribe(peer, objects, followed);
      // Only changes are pushed: whoever subscribes to a Klipper that has just shut down never hears of it.
      if (!isReady(status)) throw new AppError("unavailable", "Klipper is not ready any more");
      return { objects, status, eventtime, facts: runFacts(status, eventtime, process_id) };
    },
    resubscribe: subscribe,
    readNotices,
    isUnauthorized: () => false,
  };
}

/** The one subscription: the farm view's objects and those followed. It replaces the former one. */
function subscribe(
  peer: RpcPeer,
  available: readonly string[],
  followed: ObjectSelection,
): ReturnType<typeof subscribeObjects> {
  return subscribeObjects(peer, withFollowed(farmViewObjects(available), available, followed));
}

/** Rejects with AppError `unavailable` when it is not Klipper that answers. */
async function greet(peer: RpcPeer, clientVersion: string): ReturnType<typeof info> {
  try {
    return await info(peer, clientVersion);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("unavailable", NOT_KLIPPER, { cause: error });
  }
}

function readNotices(method: string, params: readonly unknown[]): readonly Notice[] {
  if (method === STATUS) return readStatusNotice(method, params[0]);
  if (method === OUTPUT) return readOutputNotice(method, params[0]);
  const known = REMOTE_METHODS.some((name) => name === method);
  return [known ? { kind: "remote_method", name: method } : { kind: "other" }];
}
