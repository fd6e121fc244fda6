import * as z from "zod";
import { ContentHash, PrinterId } from "../domain/ids.ts";
import { QueueView } from "./farm.ts";
import { method } from "./method.ts";

/** A tree of names: the farm's own, or a printer's. */
export const TreeName = z
  .union([z.literal("farm:"), PrinterId])
  .describe('"farm:" or a printer id');
export type TreeName = z.output<typeof TreeName>;

/** Waiting copies that print exactly these bytes under this name. */
const InUse = z.object({ printer: PrinterId, copies: z.int() });

export const LibraryItem = z.object({
  path: z.string(),
  content: ContentHash,
  /** Bytes. */
  size: z.int(),
  /** Unix seconds. */
  modified: z.number(),
  /** False while the file is still being read; then the rest is null. */
  parsed: z.boolean(),
  has_thumbnail: z.boolean(),
  /** Seconds. */
  estimate: z.number().nullable(),
  slicer: z.string().nullable(),
  printer_model: z.string().nullable(),
  nozzle_diameter: z.number().nullable(),
  layer_height: z.number().nullable(),
  layer_count: z.int().nullable(),
  /** Millimetres. */
  object_height: z.number().nullable(),
  filament_type: z.string().nullable(),
  /** Millimetres and grams. */
  filament_length: z.number().nullable(),
  filament_weight: z.number().nullable(),
  in_use: z.array(InUse),
});
export type LibraryItem = z.output<typeof LibraryItem>;

const Path = z.string().min(1).max(1000);
const read = { target: "host", scope: "read", mutates: false } as const;
const operate = { target: "host", scope: "operate", mutates: true } as const;

/** The g-code library: the farm's tree and each printer's. Upload: `POST /farm/library/upload`. */
export const farmLibraryMethods = {
  "farm.library.list": method({
    ...read,
    summary:
      "List every folder and file of a tree, with what the slicer wrote and which queues wait",
    params: z.strictObject({ tree: TreeName }),
    result: z.object({
      folders: z.array(z.string()),
      files: z.array(LibraryItem),
      /** Bytes. */
      disk: z.object({ total: z.number(), used: z.number(), free: z.number() }),
    }),
    http: { verb: "GET", path: "/farm/library/list" },
  }),
  "farm.library.create_folder": method({
    ...operate,
    summary: "Create a folder",
    params: z.strictObject({ tree: TreeName, path: Path }),
    result: z.object({ path: z.string() }),
  }),
  "farm.library.move": method({
    ...operate,
    summary:
      "Rename or move a file or a folder with all in it; refused where a name is taken. Waiting copies keep their bytes and the name they were queued under",
    params: z.strictObject({ tree: TreeName, from: Path, to: Path }),
    result: z.object({ moved: z.int() }),
  }),
  "farm.library.remove": method({
    ...operate,
    summary: "Delete files, and folders with all in them; waiting copies keep their bytes",
    params: z.strictObject({ tree: TreeName, paths: z.array(Path).min(1).max(1000) }),
    result: z.object({ removed: z.int() }),
  }),
  "farm.library.queue": method({
    ...operate,
    summary:
      "Queue files on one or many printers: each name is entered in the printer's own tree first. What fails on one printer does not stop the others",
    params: z.strictObject({
      tree: TreeName,
      paths: z.array(Path).min(1).max(100),
      printers: z.array(PrinterId).min(1).max(1000),
      copies: z.int().min(1).max(1000).default(1).describe("of each file on each printer"),
      front: z.boolean().default(false),
      start: z.boolean().default(false).describe("also start the queues"),
    }),
    result: z.object({
      results: z.array(
        z.object({
          printer: PrinterId,
          queue: QueueView.nullable(),
          /** Why nothing was queued there; else null. */
          error: z.string().nullable(),
        }),
      ),
    }),
  }),
  "farm.library.adopt": method({
    ...operate,
    summary:
      "Give copies that wait under a name, with the bytes it had before, the bytes it has now; one on its way to the printer keeps its own",
    params: z.strictObject({
      tree: TreeName,
      path: Path,
      from: ContentHash.describe("the bytes the copies were queued with"),
    }),
    result: z.object({ adopted: z.int(), kept: z.int() }),
  }),
};
