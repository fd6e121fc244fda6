import { posix } from "node:path";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { RemoteError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type * as z from "zod";
import { folderOf } from "./moonrakerFiles.ts";
import { DirectoryAnswer, parseHistory } from "./moonrakerFrames.ts";
import type { FolderListing, HistoryEntry } from "./printerLink.ts";

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
 * A folder's listing, which looks at the disk each time; `server.files.metadata` answers from a cache, and
 * not at all until a file has been parsed.
 */
async function askFolder(
  peer: RpcPeer,
  folder: string,
): Promise<z.output<typeof DirectoryAnswer> | null> {
  const path = folder === "" ? "gcodes" : `gcodes/${folder}`;
  const asked = { path, extended: false };
  try {
    const answer = await peer.call("server.files.get_directory", asked, { timeout: ANSWER_WITHIN });
    return DirectoryAnswer.parse(answer);
  } catch (error) {
    if (error instanceof RemoteError && isMissing(error)) return null;
    throw error;
  }
}

/** Size and time of a file below gcodes, null when there is none. */
export async function statStoredFile(peer: RpcPeer, path: string): Promise<StagedFile | null> {
  const listing = await listStoredFolder(peer, folderOf(path));
  return listing?.files.find((file) => file.path === path) ?? null;
}

/** What lies in a folder below gcodes; null when there is no such folder. */
export async function listStoredFolder(
  peer: RpcPeer,
  folder: string,
): Promise<FolderListing | null> {
  const answer = await askFolder(peer, folder);
  if (answer === null) return null;
  return {
    files: answer.files.map(({ filename, size, modified }) => ({
      path: posix.join(folder, filename),
      size,
      modified,
    })),
    folders: answer.dirs.map(({ dirname }) => dirname),
  };
}

/** Bytes free on the disk of gcodes. */
export async function freeSpaceOf(peer: RpcPeer): Promise<number | null> {
  return (await askFolder(peer, ""))?.disk_usage?.free ?? null;
}

/** Removes a file, then its folder if nothing else is in it. */
export async function deleteStoredFile(peer: RpcPeer, path: string): Promise<void> {
  const within = { timeout: ANSWER_WITHIN };
  try {
    await peer.call("server.files.delete_file", { path: `gcodes/${path}` }, within);
  } catch (error) {
    if (!(error instanceof RemoteError && isMissing(error))) throw error;
  }
  const folder = folderOf(path);
  if (folder === "") return;
  try {
    // Without `force` a folder that holds anything is refused.
    const empty = { path: `gcodes/${folder}`, force: false };
    await peer.call("server.files.delete_directory", empty, within);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
  }
}

/** Moonraker answers 400 "Directory does not exist", others 404. */
function isMissing(error: RemoteError): boolean {
  return error.code === -32601 || error.code === 404 || /not exist|not found/i.test(error.message);
}
