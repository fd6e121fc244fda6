import type { ObjectSelection } from "#shared/contract/printer.ts";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import { UNAUTHORIZED_ADVICE } from "./dialError.ts";
import { farmViewObjects, withFollowed } from "./farmViewObjects.ts";
import { runFacts } from "./klippyProcess.ts";
import type { KlippyWord, Subscription } from "./linkProtocol.ts";
import {
  ObjectListAnswer,
  PrinterInfoAnswer,
  ServerInfoAnswer,
  SubscribeAnswer,
} from "./moonrakerFrames.ts";

/** Milliseconds for the questions of a handshake; Moonraker answers them from memory. */
const ANSWER_WITHIN = 10_000;

/** Whether the printer's Moonraker turned our credentials down (it answers 401 as -32602). */
export function isUnauthorized(error: unknown): boolean {
  if (error instanceof AppError) return error.code === "unauthorized";
  if (!(error instanceof RemoteError)) return false;
  if (error.code === 401) return true;
  return error.code === -32602 && /unauthorized|api key|jwt/i.test(error.message);
}

/**
 * Says who we are, which also authenticates. Throws AppError `unauthorized` when the key is refused.
 * A server that knows no identify, or has identified us already, is fine.
 */
export async function identify(
  peer: RpcPeer,
  who: { readonly version: string; readonly apiKey: string | null },
): Promise<void> {
  try {
    await peer.call(
      "server.connection.identify",
      {
        client_name: "Nextplate",
        version: who.version,
        // "agent" would announce us to the other clients as an extension with methods to call.
        type: "other",
        url: "nextplate",
        ...(who.apiKey === null ? {} : { api_key: who.apiKey }),
      },
      { timeout: ANSWER_WITHIN },
    );
  } catch (error) {
    if (isUnauthorized(error)) {
      throw new AppError("unauthorized", UNAUTHORIZED_ADVICE, { cause: error });
    }
    if (!(error instanceof RemoteError)) throw error;
  }
}

/** What the server says of Klippy, with words for people. Throws when it cannot say. */
export async function askKlippy(peer: RpcPeer): Promise<KlippyWord> {
  const answer = await peer.call("server.info", {}, { timeout: ANSWER_WITHIN });
  const { klippy_state: klippy } = ServerInfoAnswer.parse(answer);
  if (klippy === "disconnected") {
    return { klippy, message: "Klippy is not connected. Is the printer switched on?" };
  }
  return { klippy, message: await stateMessage(peer) };
}

async function stateMessage(peer: RpcPeer): Promise<string> {
  try {
    const answer = await peer.call("printer.info", {}, { timeout: ANSWER_WITHIN });
    return PrinterInfoAnswer.parse(answer).state_message.trim();
  } catch (error) {
    // Until Klippy has connected once the method does not exist, and it fails while Klippy leaves.
    if (error instanceof RemoteError) return "";
    throw error;
  }
}

/** Subscribes to the farm view. One call: a second would replace the first. */
export async function subscribeFarmView(
  peer: RpcPeer,
  followed: ObjectSelection,
): Promise<Subscription> {
  const options = { timeout: ANSWER_WITHIN };
  const info = PrinterInfoAnswer.parse(await peer.call("printer.info", {}, options));
  const list = await peer.call("printer.objects.list", {}, options);
  const { objects } = ObjectListAnswer.parse(list);
  const { status, eventtime } = await subscribeObjects(peer, objects, followed);
  return { objects, status, eventtime, facts: runFacts(status, eventtime, info.process_id) };
}

/** The one subscription: the farm view's objects and those followed. It replaces the former one. */
export async function subscribeObjects(
  peer: RpcPeer,
  available: readonly string[],
  followed: ObjectSelection,
): Promise<{ readonly status: PrinterObjects; readonly eventtime: number }> {
  const objects = withFollowed(farmViewObjects(available), available, followed);
  const options = { timeout: ANSWER_WITHIN };
  return SubscribeAnswer.parse(await peer.call("printer.objects.subscribe", { objects }, options));
}
