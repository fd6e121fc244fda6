import { optionalText, text } from "../moonraker/arguments.ts";
import { fileItem } from "../moonraker/fileStore.ts";
import type { Moonraker } from "../moonraker/moonraker.ts";
import { ServerError } from "../moonraker/serverError.ts";
import type { MethodTable } from "./method.ts";

/** Deletes `gcodes/<path>`; a file being printed is refused, as Moonraker does. */
export function deleteFile(moonraker: Moonraker, rooted: string): object {
  const { files } = moonraker.options;
  const path = rooted.replace(/^gcodes\//, "");
  if (files.get(path) === undefined) throw new ServerError(400, `Path ${rooted} does not exist`);
  if (isInUse(moonraker, path)) throw new ServerError(403, "File currently in use");
  files.delete(path);
  const gone = { path, root: "gcodes", size: 0, modified: 0, permissions: "" };
  moonraker.notify("notify_filelist_changed", [{ action: "delete_file", item: gone }]);
  return { item: gone, action: "delete_file" };
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
    const entries: object[] = [];
    for (const file of moonraker.options.files.list()) {
      if (!file.path.startsWith(prefix)) continue;
      const rest = file.path.slice(prefix.length);
      const { modified, size, permissions } = fileItem(file);
      if (!rest.includes("/")) entries.push({ modified, size, permissions, filename: rest });
    }
    const dirs = moonraker.options.files
      .folders()
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
      .map((path) => ({
        modified: moonraker.time,
        size: 4096,
        permissions: "rw",
        dirname: path.slice(prefix.length),
      }));
    if (!moonraker.options.files.isFolder(folder)) {
      throw new ServerError(
        400,
        `Directory does not exist (/home/pi/printer_data/gcodes/${folder})`,
      );
    }
    return {
      dirs,
      files: entries,
      disk_usage: diskUsage(moonraker),
      root_info: { name: "gcodes", permissions: "rw" },
    };
  },
  "server.files.delete_file": (args, { moonraker }) => deleteFile(moonraker, text(args, "path")),
};
