import { RemoteError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { DatabaseAnswer } from "./moonrakerFrames.ts";

/** Ours among the namespaces of Moonraker's database. */
const NAMESPACE = "nextplate";
/** Milliseconds; Moonraker answers from its own disk. */
const ANSWER_WITHIN = 10_000;

/** Reads a value of our namespace; undefined when there is none. */
export async function readNote(peer: RpcPeer, name: string): Promise<unknown> {
  const item = { namespace: NAMESPACE, key: name };
  try {
    const answer = await peer.call("server.database.get_item", item, { timeout: ANSWER_WITHIN });
    return DatabaseAnswer.parse(answer).value ?? undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Writes a value of our namespace; null removes it. */
export async function writeNote(peer: RpcPeer, name: string, value: object | null): Promise<void> {
  const item = { namespace: NAMESPACE, key: name };
  const within = { timeout: ANSWER_WITHIN };
  if (value !== null) {
    await peer.call("server.database.post_item", { ...item, value }, within);
    return;
  }
  try {
    await peer.call("server.database.delete_item", item, within);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/**
 * "Namespace 'x' not found" and "Key 'y' in namespace 'x' not found" carry the code of an unknown method
 * (observed on Moonraker v0.10.0-31): only the words tell them apart.
 */
function isAbsent(error: unknown): boolean {
  if (!(error instanceof RemoteError) || (error.code !== -32601 && error.code !== 404))
    return false;
  return /namespace|\bkey\b/i.test(error.message);
}
