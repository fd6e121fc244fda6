import { FileMetadata, fileMethods } from "#shared/contract/files.ts";
import { AppError } from "#shared/rpc/errors.ts";
import * as z from "zod";
import type { FarmPrinter } from "../../engine/farm.ts";
import type { LibraryFile } from "../../library/library.ts";
import { requirePrinter, type Call, type HandlersOf } from "../call.ts";
import { fileMetadata, folderOf } from "../fileItems.ts";
import type { HandlerParts } from "../parts.ts";
import { PRINTER_FOLDER } from "../printerFiles.ts";
import { askPrinter, handOn } from "../printerSide.ts";
import { runningFile } from "../runningFile.ts";
import { isGcodesPath, pathInGcodes } from "../roots.ts";

type ListedFile = Pick<LibraryFile, "path" | "size" | "modified">;
const Roots = z.array(z.object({ name: z.string(), path: z.string(), permissions: z.string() }));

/** The g-code library of the printer addressed, as the root `gcodes`. */
export function fileHandlers(parts: HandlerParts): HandlersOf<typeof fileMethods> {
  const { library, printerFiles, stagedNames } = parts;

  /** The running print is what it was started with, whatever its name stands for by now. */
  const find = (call: Call, filename: string): LibraryFile | undefined => {
    const printer = requirePrinter(call);
    const name = stagedNames.translate(printer.id, filename);
    const running = runningFile(printer);
    if (running?.path === name) return running;
    return isForeignPrint(printer, name) ? undefined : library.find(printer.id, name);
  };
  /** A print past us goes by the printer's name of its file, which may be another file's name here. */
  const isForeignPrint = ({ engine, link }: FarmPrinter, name: string): boolean => {
    const { filename, state } = link.status()["print_stats"] ?? {};
    const prints = state === "printing" || state === "paused";
    return prints && filename === name && engine.snapshot.stored.attempt === null;
  };
  const metadataNamed = async (call: Call, filename: string) => {
    const file = find(call, filename);
    if (file !== undefined) return metadataOf(file);
    const printer = requirePrinter(call);
    const name = stagedNames.translate(printer.id, filename.replace(/^\//, ""));
    const onPrinter =
      (await printerFiles.find(printer, name)) ??
      (await printerFiles.find(printer, PRINTER_FOLDER + name));
    if (onPrinter !== undefined) {
      const params = { filename: onPrinter.path };
      const theirs = await askPrinter(stagedNames, "server.files.metadata", params, call);
      const { size, modified } = onPrinter;
      return { ...FileMetadata.safeParse(theirs).data, size, modified, filename };
    }
    throw new AppError("not_found", `Metadata not available for <${filename}>`);
  };
  const metadataOf = async (file: LibraryFile) =>
    fileMetadata(file, await library.whenParsed(file.content));

  /** The library's files, and those on the printer that have not been copied from it. */
  const allFiles = async (call: Call): Promise<readonly ListedFile[]> => {
    const printer = requirePrinter(call);
    const kept = library.list(printer.id);
    const names = new Set(kept.map(({ path }) => path));
    const theirs = (await printerFiles.list(printer)).map(({ path, size, modified }) => ({
      path: PRINTER_FOLDER + path,
      size,
      modified: modified * 1000,
    }));
    return [...kept, ...theirs.filter(({ path }) => !names.has(path))];
  };

  return {
    "server.files.list": async ({ root }, call) => {
      if (root !== "gcodes") {
        const theirs = await handOn(stagedNames, "server.files.list", { root }, call);
        return fileMethods["server.files.list"].result.parse(theirs);
      }
      return (await allFiles(call)).map(({ path, modified, size }) => ({
        path,
        modified: modified / 1000,
        size,
        permissions: "rw",
      }));
    },
    "server.files.roots": async (_, call) => {
      requirePrinter(call);
      const answer = await askPrinter(stagedNames, "server.files.roots", {}, call);
      const theirs = Roots.safeParse(answer).data ?? [];
      return [
        { name: "gcodes", path: "gcodes", permissions: "rw" },
        ...theirs.filter(({ name }) => name !== "gcodes"),
      ];
    },
    "server.files.get_directory": async ({ path, extended }, call) => {
      if (!isGcodesPath(path)) {
        const params = { path, extended };
        const theirs = await handOn(stagedNames, "server.files.get_directory", params, call);
        return fileMethods["server.files.get_directory"].result.parse(theirs);
      }
      const { id } = requirePrinter(call);
      const folder = pathInGcodes(path);
      const folders = library.folders(id);
      const files = await allFiles(call);
      const isRoot = folder === "";
      const prefix = isRoot ? "" : `${folder}/`;
      const theirs = isRoot ? null : await printerFiles.foldersIn(requirePrinter(call), folder);
      const archives = parts.archives
        .list(id)
        .map(({ item }) => item)
        .filter(({ root, path: name }) => root === "gcodes" && folderOf(name) === prefix);
      const known = [
        ...folders,
        ...files.map((file) => folderOf(file.path).slice(0, -1)),
        ...(theirs === null ? [] : [folder, ...theirs.map((name) => `${folder}/${name}`)]),
      ];
      if (!isRoot && !known.some((name) => `${name}/`.startsWith(prefix))) {
        throw new AppError("bad_request", `Directory does not exist (${path})`);
      }
      const children = new Set(
        known
          .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
          .map((name) => name.slice(prefix.length).split("/")[0] ?? ""),
      );
      const here = files.filter((file) => folderOf(file.path) === prefix);
      return {
        dirs: [...children].sort().map((dirname) => {
          const inside = files.filter((file) => file.path.startsWith(`${prefix}${dirname}/`));
          const modified = Math.max(0, ...inside.map((file) => file.modified)) / 1000;
          return { modified, size: 4096, permissions: "rw", dirname };
        }),
        files: await Promise.all([
          ...archives.map(async ({ path: name, modified, size, permissions }) => ({
            modified,
            size,
            permissions,
            filename: name.slice(prefix.length),
          })),
          ...here.map(async (file) => {
            const { size } = file;
            const filename = file.path.slice(prefix.length);
            const plain = { modified: file.modified / 1000, size, permissions: "rw", filename };
            // One question to the printer for each of its files would take a minute for a full disk.
            const known = extended ? library.find(id, file.path) : undefined;
            return known === undefined ? plain : { ...(await metadataOf(known)), ...plain };
          }),
        ]),
        disk_usage: await library.diskUsage(),
        root_info: { name: "gcodes", permissions: "rw" },
      };
    },
    "server.files.metadata": ({ filename }, call) => metadataNamed(call, filename),
    "server.files.thumbnails": async ({ filename }, call) => {
      const { thumbnails = [] } = await metadataNamed(call, filename);
      return thumbnails.map(({ width, height, size, relative_path }) => ({
        width,
        height,
        size,
        thumbnail_path: `${folderOf(filename)}${relative_path}`,
      }));
    },
    "server.files.metascan": ({ filename }, call) => metadataNamed(call, filename),
  };
}
