import type { fileMethods } from "#shared/contract/files.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { LibraryFile } from "../../library/library.ts";
import { requirePrinter, type Call, type HandlersOf } from "../call.ts";
import { fileItem, fileMetadata, folderOf } from "../fileItems.ts";
import type { HandlerParts } from "../parts.ts";

/** The g-code library of the printer addressed, as the root `gcodes`. */
export function fileHandlers(parts: HandlerParts): HandlersOf<typeof fileMethods> {
  const { library, stagedNames } = parts;

  const find = (call: Call, filename: string): LibraryFile => {
    const { id } = requirePrinter(call);
    const file = library.find(id, stagedNames.translate(id, filename));
    if (file === undefined) {
      throw new AppError("not_found", `Metadata not available for <${filename}>`);
    }
    return file;
  };
  const metadataOf = async (file: LibraryFile) =>
    fileMetadata(file, await library.whenParsed(file.content));

  return {
    "server.files.list": ({ root }, call) => {
      const { id } = requirePrinter(call);
      if (root !== "gcodes") throw new AppError("bad_request", `Invalid root path: ${root}`);
      return library.list(id).map((file) => {
        const { path, modified, size, permissions } = fileItem(file);
        return { path, modified, size, permissions };
      });
    },
    "server.files.roots": (_, call) => {
      requirePrinter(call);
      return [{ name: "gcodes", path: "gcodes", permissions: "rw" }];
    },
    "server.files.get_directory": async ({ path, extended }, call) => {
      const { id } = requirePrinter(call);
      const folder = folderIn(path);
      const folders = library.folders(id);
      const files = library.list(id);
      const known = [...folders, ...files.map((file) => folderOf(file.path).slice(0, -1))];
      const isRoot = folder === "";
      const prefix = isRoot ? "" : `${folder}/`;
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
        files: await Promise.all(
          here.map(async (file) => {
            const { modified, size, permissions } = fileItem(file);
            const filename = file.path.slice(prefix.length);
            const plain = { modified, size, permissions, filename };
            return extended ? { ...(await metadataOf(file)), ...plain } : plain;
          }),
        ),
        disk_usage: await library.diskUsage(),
        root_info: { name: "gcodes", permissions: "rw" },
      };
    },
    "server.files.metadata": ({ filename }, call) => metadataOf(find(call, filename)),
    "server.files.thumbnails": async ({ filename }, call) => {
      const file = find(call, filename);
      const { thumbnails = [] } = await metadataOf(file);
      return thumbnails.map(({ width, height, size, relative_path }) => ({
        width,
        height,
        size,
        thumbnail_path: `${folderOf(file.path)}${relative_path}`,
      }));
    },
    "server.files.delete_file": async ({ path }, call) => {
      const { id } = requirePrinter(call);
      const name = folderIn(path);
      if (library.find(id, name) === undefined) {
        throw new AppError("bad_request", `File ${path} does not exist`);
      }
      return { item: fileItem(await library.remove(id, name)), action: "delete_file" };
    },
  };
}

/** Takes `gcodes` or `gcodes/...` apart; "" is the root itself. */
function folderIn(path: string): string {
  const [root, ...rest] = path.replace(/^\/+|\/+$/g, "").split("/");
  if (root !== "gcodes") throw new AppError("bad_request", `Invalid root path: ${root ?? ""}`);
  return rest.join("/");
}
