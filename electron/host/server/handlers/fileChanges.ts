import { fileChangeMethods, type FileItem } from "#shared/contract/files.ts";
import type { Result } from "#shared/contract/index.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { requirePrinter, type Arguments, type Call, type HandlersOf } from "../call.ts";
import { fileItem, folderItem, goneItem } from "../fileItems.ts";
import { entriesBelow, moveEntries } from "../libraryEntries.ts";
import type { HandlerParts } from "../parts.ts";
import { isOnPrinter, PrinterFolder } from "../printerFolder.ts";
import { handOn } from "../printerSide.ts";
import { isGcodesPath, pathInGcodes } from "../roots.ts";
import { zipHandler } from "./fileZip.ts";

/** Changes of the `gcodes` root; those of other roots are the printer's. */
export function fileChangeHandlers(parts: HandlerParts): HandlersOf<typeof fileChangeMethods> {
  const { library, printerFiles, stagedNames, archives } = parts;
  const printerFolder = new PrinterFolder(parts);

  const relay = async <M extends keyof typeof fileChangeMethods>(
    method: M,
    args: Arguments,
    call: Call,
  ): Promise<Result<M>> => {
    const answer = await handOn(stagedNames, method, args, call);
    // The table ties each name to its schema, which a union cannot say.
    return fileChangeMethods[method].result.parse(answer) as Result<M>;
  };
  /** A name that is taken by a folder means: into that folder, as a shell does it. */
  const targetOf = (call: Call, from: string, to: string): string => {
    const { id } = requirePrinter(call);
    const base = from.slice(from.lastIndexOf("/") + 1);
    if (to === "" || to === "printer") return to === "" ? base : `printer/${base}`;
    return library.folders(id).includes(to) && from !== to ? `${to}/${base}` : to;
  };
  const itemAt = (call: Call, path: string): FileItem => {
    const file = library.find(requirePrinter(call).id, path);
    return file === undefined ? folderItem(path) : fileItem(file);
  };
  const bothInGcodes = (source: string, dest: string): boolean => {
    const [from, to] = [isGcodesPath(source), isGcodesPath(dest)];
    if (from === to) return from;
    throw new AppError(
      "bad_request",
      "Files cannot be moved between the g-code kept here and the other folders on the printer.",
    );
  };

  return {
    "server.files.move": async ({ source, dest }, call) => {
      if (!bothInGcodes(source, dest)) return relay("server.files.move", { source, dest }, call);
      const { id } = requirePrinter(call);
      const from = pathInGcodes(source);
      const to = targetOf(call, from, pathInGcodes(dest));
      if (isOnPrinter(from) || isOnPrinter(to)) {
        if (!isOnPrinter(from) || !isOnPrinter(to)) throw otherDisk();
        const { source_item = { path: from, root: "gcodes" }, ...moved } = await printerFolder.move(
          call,
          from,
          to,
        );
        return { ...moved, source_item };
      }
      const isFile = library.find(id, from) !== undefined;
      await existing(source, () => moveEntries(library, id, from, to));
      return {
        item: itemAt(call, to),
        source_item: { path: from, root: "gcodes" },
        action: isFile ? "move_file" : "move_dir",
      };
    },
    "server.files.copy": async ({ source, dest }, call) => {
      if (!bothInGcodes(source, dest)) return relay("server.files.copy", { source, dest }, call);
      const printer = requirePrinter(call);
      const { id } = printer;
      const from = pathInGcodes(source);
      const to = targetOf(call, from, pathInGcodes(dest));
      if (isOnPrinter(to)) {
        if (!isOnPrinter(from)) throw otherDisk();
        return printerFolder.copy(call, from, to);
      }
      // Of a folder on the printer, what it has now.
      const below = isOnPrinter(from) ? await printerFiles.below(printer, from) : [];
      for (const name of below) await printerFiles.bringIn(printer, name);
      const { files, isFolder } = await existing(source, () => entriesBelow(library, id, from));
      if (isFolder) {
        if (`${to}/`.startsWith(`${from}/`)) {
          throw new AppError("bad_request", "A folder cannot be copied into itself.");
        }
        await library.createFolder(id, to);
      }
      for (const file of files) {
        await library.link(id, to + file.path.slice(from.length), file.content);
      }
      return { item: itemAt(call, to), action: isFolder ? "create_dir" : "create_file" };
    },
    "server.files.post_directory": async ({ path }, call) => {
      if (!isGcodesPath(path)) return relay("server.files.post_directory", { path }, call);
      const folder = pathInGcodes(path);
      if (isOnPrinter(folder)) return printerFolder.createFolder(call, folder);
      await library.createFolder(requirePrinter(call).id, folder);
      return { item: folderItem(folder), action: "create_dir" };
    },
    "server.files.delete_directory": async ({ path, force }, call) => {
      if (!isGcodesPath(path)) return relay("server.files.delete_directory", { path, force }, call);
      const { id } = requirePrinter(call);
      const folder = pathInGcodes(path);
      if (isOnPrinter(folder)) return printerFolder.deleteFolder(call, folder, force);
      const { files, isFolder } = await existing(path, () => entriesBelow(library, id, folder));
      if (!isFolder) throw new AppError("bad_request", `Directory does not exist (${path})`);
      if (files.length > 0 && !force) {
        throw new AppError(
          "bad_request",
          `Directory not empty: ${path}. Delete it with force=true.`,
        );
      }
      for (const file of files) await library.remove(id, file.path);
      await library.removeFolder(id, folder);
      return { item: goneItem(folder), action: "delete_dir" };
    },
    "server.files.delete_file": async ({ path }, call) => {
      const [root = "", ...below] = path.replace(/^\/+/, "").split("/");
      const archive = await archives.remove(requirePrinter(call).id, root, below.join("/"));
      if (archive !== undefined) return { item: archive.item, action: "delete_file" as const };
      if (!isGcodesPath(path)) return relay("server.files.delete_file", { path }, call);
      const printer = requirePrinter(call);
      const { id } = printer;
      const name = pathInGcodes(path);
      const onPrinter = await printerFiles.find(printer, name);
      const kept = library.find(id, name);
      if (onPrinter !== undefined) await printerFolder.deleteFile(call, name);
      if (kept !== undefined) await library.remove(id, name);
      if (kept === undefined && onPrinter === undefined) {
        throw new AppError("bad_request", `File ${path} does not exist`);
      }
      return { item: goneItem(name), action: "delete_file" as const };
    },
    "server.files.zip": zipHandler(parts, relay),
  };
}

/** A missing file is the caller's mistake, in Moonraker's code. */
async function existing<T>(path: string, find: () => T | Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") {
      throw new AppError("bad_request", `Path ${path} does not exist`, { cause: error });
    }
    throw error;
  }
}

/** What lies on the printer and what is kept here are two disks. */
function otherDisk(): AppError {
  return new AppError(
    "bad_request",
    "Files below printer/ lie on the printer: copy them out of it to keep them here; what is kept here is brought to the printer when it is to print.",
  );
}
