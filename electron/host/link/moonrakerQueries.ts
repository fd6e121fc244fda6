import { posix } from "node:path";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { RemoteError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { folderOf } from "./moonrakerFiles.ts";
import { DirectoryAnswer, parseHistory } from "./moonrakerFrames.ts";
import type { HistoryEntry } from "./printerLink.ts";

/** Milliseconds for questions Moonraker answers from its own disk and database. */
const ANSWER_WITHIN = 20_000;

/** The newest entries of the printer's history, newest first; empty where it keeps none. */
export async function historyOf(peer: RpcPeer, limit: number): Promise<readonly HistoryEntry[]> {
  try {
    const answer = await peer.call(
      "server.history.list",
      { limit, order: "desc" },
      { timeout: ANSWER_WITHIN },
    );
    return parseHistory(answer);
  } catch (error) {
    if (error instanceof RemoteError && error.code === -32601) return [];
    throw error;
  }
}

/**
 * Size and time of a file below gcodes. The folder's listing is asked, which looks at the disk each time;
 * `server.files.metadata` answers from a cache, and not at all until a file has been parsed.
 */
export async function statStoredFile(peer: RpcPeer, path: string): Promise<StagedFile | null> {
  const folder = folderOf(path);
  let answer: unknown;
  try {
    answer = await peer.call(
      "server.files.get_directory",
      { path: folder === "" ? "gcodes" : `gcodes/${folder}`, extended: false },
      { timeout: ANSWER_WITHIN },
    );
  } catch (error) {
    if (error instanceof RemoteError && isMissing(error)) return null;
    throw error;
  }
  const name = posix.basename(path);
  const found = DirectoryAnswer.parse(answer).files.find((file) => file.filename === name);
  return found === undefined ? null : { path, size: found.size, modified: found.modified };
}

/** Moonraker answers 400 "Directory does not exist", others 404. */
function isMissing(error: RemoteError): boolean {
  return error.code === -32601 || error.code === 404 || /not exist|not found/i.test(error.message);
}
