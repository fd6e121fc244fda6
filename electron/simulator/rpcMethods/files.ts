import { optionalText, text } from "../moonraker/arguments.ts";
import { fileItem } from "../moonraker/fileStore.ts";
import type { Moonraker } from "../moonraker/moonraker.ts";
import { ServerError } from "../moonraker/serverError.ts";
import type { MethodTable } from "./method.ts";

/** Deletes `gcodes/<path>`; a file being printed is refused, as Moonraker does. */
export function deleteFile(moonraker: Moonraker, rooted: string): object {
  const { files } = moonraker.options;
  const path = rooted.replace(/^gcodes\//, "");
  const file = files.get(path);
  if (file === undefined) throw new ServerError(400, `Path ${rooted} does not exist`);
  if (isInUse(moonraker, path)) throw new ServerError(403, "File currently in use");
  files.delete(path);
  const gone = { path, root: "gcodes", size: 0, modified: 0, permissions: "" };
  moonraker.notify("notify_filelist_changed", [{ action: "delete_file", item: gone }]);
  return { item: fileItem(file), action: "delete_file" };
}

/** Whether this file is being printed or paused. */
export function isInUse(moonraker: Moonraker, path: string): boolean {
  const { klippy } = moonraker.options;
  if (klippy.state === "disconnected") return false;
  const { stats } = klippy.machine;
  return stats.filename === path && (stats.state === "printing" || stats.state === "paused");
}

function metadataOf(moonraker: Moonraker, filename: string): object {
  const file = moonraker.options.files.get(filename);
  if (file === undefined) throw new ServerError(404, `Metadata not available for <${filename}>`);
  const job = moonraker.options.history.newestOf(filename);
  const printed = { print_start_time: job?.start_time ?? null, job_id: job?.job_id ?? null };
  return { ...file.metadata, ...printed, filename };
}

function diskUsage(moonraker: Moonraker): object {
  const { free } = moonraker.options.files;
  return { total: 2 * free, used: free, free };
}

export const fileMethods: MethodTable = {
  "server.files.list": (args, { moonraker }) => {
    if (optionalText(args, "root", "gcodes") !== "gcodes") return [];
    return moonraker.options.files.list().map((file) => {
      const { path, modified, size, permissions } = fileItem(file);
      return { path, modified, size, permissions };
    });
  },
  "server.files.roots": () => [
    { name: "gcodes", path: "/home/pi/printer_data/gcodes", permissions: "rw" },
  ],
  "server.files.metadata": (args, { moonraker }) => metadataOf(moonraker, text(args, "filename")),
  "server.files.thumbnails": () => [],
  "server.files.get_directory": (args, { moonraker }) => {
    const folder = optionalText(args, "path", "gcodes").replace(/^gcodes\/?/, "");
    const prefix = folder === "" ? "" : `${folder}/`;
    const dirs = new Map<string, object>();
    const entries: object[] = [];
    for (const file of moonraker.options.files.list()) {
      if (!file.path.startsWith(prefix)) continue;
      const rest = file.path.slice(prefix.length);
      const { modified, size, permissions } = fileItem(file);
      const slash = rest.indexOf("/");
      if (slash < 0) entries.push({ modified, size, permissions, filename: rest });
      else {
        const dirname = rest.slice(0, slash);
        dirs.set(dirname, { modified, size: 4096, permissions, dirname });
      }
    }
    // A folder exists through its files alone.
    if (folder !== "" && entries.length + dirs.size === 0) {
      throw new ServerError(
        400,
        `Directory does not exist (/home/pi/printer_data/gcodes/${folder})`,
      );
    }
    return {
      dirs: [...dirs.values()],
      files: entries,
      disk_usage: diskUsage(moonraker),
      root_info: { name: "gcodes", permissions: "rw" },
    };
  },
  "server.files.delete_file": (args, { moonraker }) => deleteFile(moonraker, text(args, "path")),
  "server.files.delete_directory": (args, { moonraker }) => {
    // Folders exist through their files alone, so there is never an empty one.
    const prefix = `${text(args, "path").replace(/^gcodes\//, "")}/`;
    const isFull = moonraker.options.files.list().some(({ path }) => path.startsWith(prefix));
    throw new ServerError(400, isFull ? "Directory not empty" : "Directory does not exist");
  },
};
