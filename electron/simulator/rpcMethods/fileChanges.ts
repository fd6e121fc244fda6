import { posix } from "node:path";
import { boolean, text } from "../moonraker/arguments.ts";
import { fileItem } from "../moonraker/fileStore.ts";
import type { Moonraker } from "../moonraker/moonraker.ts";
import { ServerError } from "../moonraker/serverError.ts";
import { isInUse } from "./files.ts";
import type { MethodTable } from "./method.ts";

/** Where gcodes lies on its disk, as error texts name it. */
const GCODES = "/home/pi/printer_data/gcodes";
const onDisk = (path: string): string => `'${GCODES}/${path}'`;

/** The path below gcodes that a request names; "" = gcodes itself. */
function inGcodes(rooted: string): string {
  const path = posix.normalize(rooted).replace(/^\/+|\/+$/g, "");
  const [root = "", ...below] = path.split("/");
  if (root !== "gcodes") throw new ServerError(400, `Invalid root path (${root})`);
  return below.join("/");
}

/** What is printed or paused stays, and so do the folders it lies in. */
function refuseInUse(moonraker: Moonraker, path: string): void {
  const { files } = moonraker.options;
  const below = files.list().filter((file) => `${file.path}/`.startsWith(`${path}/`));
  if (below.some((file) => isInUse(moonraker, file.path))) {
    throw new ServerError(403, "File currently in use");
  }
}

/** The answer to a change, told to every client too. */
function changed(moonraker: Moonraker, action: string, path: string, from?: string): object {
  const file = moonraker.options.files.get(path);
  const folder = { path, root: "gcodes", modified: moonraker.time, size: 4096, permissions: "rw" };
  const isGone = action === "delete_dir";
  const item =
    file === undefined
      ? { ...folder, ...(isGone ? { modified: 0, size: 0, permissions: "" } : {}) }
      : fileItem(file);
  const source = from === undefined ? {} : { source_item: { path: from, root: "gcodes" } };
  const answer = { item, action, ...source };
  moonraker.notify("notify_filelist_changed", [answer]);
  return answer;
}

/** Source and destination of a move or a copy; a folder as destination means: into it. */
function sourceAndTarget(
  args: Parameters<typeof text>[0],
  { options: { files } }: Moonraker,
): { from: string; to: string; isFolder: boolean } {
  const from = inGcodes(text(args, "source"));
  const dest = inGcodes(text(args, "dest"));
  const isFolder = files.isFolder(from);
  if (!isFolder && files.get(from) === undefined) {
    throw new ServerError(400, `File ${GCODES}/${from} does not exist`);
  }
  const to = files.isFolder(dest) ? posix.join(dest, posix.basename(from)) : dest;
  if (!isFolder && !files.isFolder(posix.dirname(to).replace(/^\.$/, ""))) {
    throw new ServerError(400, `[Errno 2] No such file or directory: ${onDisk(to)}`);
  }
  return { from, to, isFolder };
}

/**
 * Changes of files and folders, as Moonraker v0.10 carries them out with Python's shutil and os
 * (components/file_manager/file_manager.py: _handle_file_move_copy, _handle_directory_request).
 */
export const fileChangeMethods: MethodTable = {
  "server.files.move": (args, { moonraker }) => {
    const { files } = moonraker.options;
    const { from, to, isFolder } = sourceAndTarget(args, moonraker);
    refuseInUse(moonraker, to);
    refuseInUse(moonraker, from);
    const isTaken = files.isFolder(to) || files.get(to) !== undefined;
    const dest = inGcodes(text(args, "dest"));
    if (isTaken && (isFolder || to !== dest)) {
      throw new ServerError(400, `Destination path ${onDisk(to)} already exists`);
    }
    if (isFolder && `${to}/`.startsWith(`${from}/`)) {
      throw new ServerError(
        400,
        `Cannot move a directory ${onDisk(from)} into itself ${onDisk(to)}.`,
      );
    }
    files.move(from, to);
    return changed(moonraker, isFolder ? "move_dir" : "move_file", to, from);
  },
  "server.files.copy": (args, { moonraker }) => {
    const { files } = moonraker.options;
    const { from, to, isFolder } = sourceAndTarget(args, moonraker);
    refuseInUse(moonraker, to);
    const dest = inGcodes(text(args, "dest"));
    if (isFolder && (files.isFolder(dest) || files.get(dest) !== undefined)) {
      throw new ServerError(400, `[Errno 17] File exists: ${onDisk(dest)}`);
    }
    const action = isFolder ? "create_dir" : "create_file";
    const isNew = files.get(to) === undefined;
    files.copy(from, to);
    return changed(moonraker, isNew ? action : "modify_file", to);
  },
  "server.files.post_directory": (args, { moonraker }) => {
    const { files } = moonraker.options;
    const path = inGcodes(text(args, "path"));
    if (files.isFolder(path) || files.get(path) !== undefined) {
      throw new ServerError(400, `[Errno 17] File exists: ${onDisk(path)}`);
    }
    if (!files.isFolder(posix.dirname(path).replace(/^\.$/, ""))) {
      throw new ServerError(400, `[Errno 2] No such file or directory: ${onDisk(path)}`);
    }
    files.makeFolder(path);
    return changed(moonraker, "create_dir", path);
  },
  "server.files.delete_directory": (args, { moonraker }) => {
    const { files } = moonraker.options;
    const rooted = text(args, "path");
    const path = inGcodes(rooted);
    if (path === "") throw new ServerError(400, "Cannot delete root directory");
    if (!files.isFolder(path)) {
      throw new ServerError(400, `Directory does not exist (${rooted})`);
    }
    const isBelow = (name: string): boolean => name.startsWith(`${path}/`);
    const isFull = [...files.folders(), ...files.list().map((file) => file.path)].some(isBelow);
    if (isFull && !boolean(args, "force")) {
      throw new ServerError(400, `[Errno 39] Directory not empty: ${onDisk(path)}`);
    }
    refuseInUse(moonraker, path);
    files.removeFolder(path);
    return changed(moonraker, "delete_dir", path);
  },
};
