import * as z from "zod";
import { method } from "./method.ts";
import { bool, optionalString, string, stringList } from "./moonrakerArgs.ts";

export const Thumbnail = z.object({
  width: z.int(),
  height: z.int(),
  /** Bytes of the PNG. */
  size: z.int(),
  /** Relative to the folder of the g-code file. */
  relative_path: z.string(),
});

/** What the slicer wrote into a g-code file, in Moonraker's words. Absent = the file does not say. */
export const FileMetadata = z.object({
  size: z.int(),
  /** Unix seconds. */
  modified: z.number(),
  uuid: z.string().optional(),
  slicer: z.string().optional(),
  slicer_version: z.string().optional(),
  gcode_start_byte: z.int().optional(),
  gcode_end_byte: z.int().optional(),
  object_height: z.number().optional(),
  /** Seconds. */
  estimated_time: z.number().optional(),
  nozzle_diameter: z.number().optional(),
  layer_height: z.number().optional(),
  first_layer_height: z.number().optional(),
  first_layer_extr_temp: z.number().optional(),
  first_layer_bed_temp: z.number().optional(),
  chamber_temp: z.number().optional(),
  filament_name: z.string().optional(),
  filament_type: z.string().optional(),
  /** Millimetres. */
  filament_total: z.number().optional(),
  /** Grams. */
  filament_weight_total: z.number().optional(),
  layer_count: z.int().optional(),
  printer_model: z.string().optional(),
  thumbnails: z.array(Thumbnail).optional(),
  /** The printer's last print of it: Unix seconds and history id. */
  print_start_time: z.number().nullable().optional(),
  job_id: z.string().nullable().optional(),
});
export type FileMetadata = z.output<typeof FileMetadata>;

export const FileItem = z.object({
  path: z.string(),
  root: z.string(),
  modified: z.number(),
  size: z.int(),
  permissions: z.string(),
});
export type FileItem = z.output<typeof FileItem>;

export const FilelistChanged = z.object({
  action: z.enum([
    "create_file",
    "modify_file",
    "delete_file",
    "move_file",
    "create_dir",
    "move_dir",
    "delete_dir",
  ]),
  item: FileItem,
  source_item: z.object({ path: z.string(), root: z.string() }).optional(),
  printer: z.string().optional(),
});
export type FilelistChanged = z.output<typeof FilelistChanged>;

/** The bare body of a successful upload: Moonraker does not wrap it in `result`. */
export const UploadAnswer = z.object({
  item: FileItem,
  print_started: z.boolean(),
  print_queued: z.boolean(),
  action: z.literal("create_file"),
});
export type UploadAnswer = z.output<typeof UploadAnswer>;

const read = { target: "printer", scope: "read", mutates: false } as const;

/** The g-code library behind an endpoint: its `gcodes` root. Upload and download are HTTP only. */
export const fileMethods = {
  "server.files.list": method({
    ...read,
    summary: "List all files of a root",
    params: z.object({ root: optionalString("root", "gcodes") }),
    result: z.array(
      z.object({ path: z.string(), modified: z.number(), size: z.int(), permissions: z.string() }),
    ),
    http: { verb: "GET", path: "/server/files/list" },
  }),
  "server.files.roots": method({
    ...read,
    summary: "List the roots",
    params: z.object({}),
    result: z.array(z.object({ name: z.string(), path: z.string(), permissions: z.string() })),
    http: { verb: "GET", path: "/server/files/roots" },
  }),
  "server.files.get_directory": method({
    ...read,
    summary: "List one folder",
    params: z.object({ path: optionalString("path", "gcodes"), extended: bool("extended", false) }),
    result: z.object({
      dirs: z.array(
        z.object({
          modified: z.number(),
          size: z.int(),
          permissions: z.string(),
          dirname: z.string(),
        }),
      ),
      files: z.array(
        z.looseObject({
          modified: z.number(),
          size: z.int(),
          permissions: z.string(),
          filename: z.string(),
        }),
      ),
      disk_usage: z.object({ total: z.number(), used: z.number(), free: z.number() }),
      root_info: z.object({ name: z.string(), permissions: z.string() }),
    }),
    http: { verb: "GET", path: "/server/files/directory" },
  }),
  "server.files.metadata": method({
    ...read,
    summary: "Get what the slicer wrote into a file",
    params: z.object({ filename: string("filename") }),
    result: FileMetadata.extend({ filename: z.string() }),
    http: { verb: "GET", path: "/server/files/metadata" },
  }),
  "server.files.thumbnails": method({
    ...read,
    summary: "List a file's thumbnails",
    params: z.object({ filename: string("filename") }),
    result: z.array(
      z.object({
        width: z.int(),
        height: z.int(),
        size: z.int(),
        /** Relative to the gcodes root. */
        thumbnail_path: z.string(),
      }),
    ),
    http: { verb: "GET", path: "/server/files/thumbnails" },
  }),
  "server.files.metascan": method({
    ...read,
    summary: "Read a file again; here every content is read once, so this answers its metadata",
    params: z.object({ filename: string("filename") }),
    result: FileMetadata.extend({ filename: z.string() }),
    http: { verb: "POST", path: "/server/files/metascan" },
  }),
};

const operate = { target: "printer", scope: "operate", mutates: true } as const;
const changed = z.object({ item: FileItem, action: z.string() });

/** Changes of the files behind an endpoint: of `gcodes` here, of the other roots on the printer. */
export const fileChangeMethods = {
  "server.files.move": method({
    ...operate,
    summary: "Rename or move a file or folder; refused where the name is taken",
    params: z.object({ source: string("source"), dest: string("dest") }),
    result: changed.extend({ source_item: z.object({ path: z.string(), root: z.string() }) }),
    http: { verb: "POST", path: "/server/files/move" },
  }),
  "server.files.copy": method({
    ...operate,
    summary: "Copy a file or folder",
    params: z.object({ source: string("source"), dest: string("dest") }),
    result: changed,
    http: { verb: "POST", path: "/server/files/copy" },
  }),
  "server.files.post_directory": method({
    ...operate,
    summary: "Create a folder",
    params: z.object({ path: string("path") }),
    result: changed,
    http: { verb: "POST", path: "/server/files/directory" },
  }),
  "server.files.delete_directory": method({
    ...operate,
    summary:
      "Delete a folder, with `force` also the files in it; what is queued keeps its own bytes",
    params: z.object({ path: string("path"), force: bool("force", false) }),
    result: changed,
    http: { verb: "DELETE", path: "/server/files/directory" },
  }),
  "server.files.zip": method({
    ...operate,
    summary:
      "Pack files and folders into a zip archive: g-code into one that is kept here until ten newer ones were made, other roots into one on the printer",
    params: z.object({
      dest: string("dest").optional(),
      items: stringList("items"),
      store_only: bool("store_only", false),
    }),
    result: z.object({ destination: FileItem, action: z.string() }),
    http: { verb: "POST", path: "/server/files/zip" },
  }),
  "server.files.delete_file": method({
    ...operate,
    summary: "Delete a file of a root; what is queued keeps its own bytes",
    params: z.object({ path: string("path") }),
    result: z.object({ item: FileItem, action: z.literal("delete_file") }),
    http: { verb: "DELETE", path: "/server/files/{path}" },
  }),
};
