import type { LibraryItem } from "#shared/contract/farmLibrary.ts";
import type { PrinterView } from "#shared/contract/farm.ts";

export type Entry =
  | {
      readonly kind: "folder";
      readonly path: string;
      readonly name: string;
      readonly files: number;
    }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly name: string;
      readonly file: LibraryItem;
    };

export const SORTS = ["name", "modified", "estimate", "size"] as const;
export type Sort = (typeof SORTS)[number];

export interface Listing {
  readonly folders: readonly string[];
  readonly files: readonly LibraryItem[];
}

/**
 * What is shown: the folders and files right in `folder`, or, when something is looked for, every file
 * below it whose path holds all the words.
 */
export function entriesOf(
  listing: Listing,
  folder: string,
  search: string,
  sort: Sort,
): readonly Entry[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const inside = listing.files.filter((file) => file.path.startsWith(prefix));
  const files = inside
    .filter(({ path }) => {
      const name = path.slice(prefix.length);
      if (words.length === 0) return !name.includes("/");
      const lower = name.toLowerCase();
      return words.every((word) => lower.includes(word));
    })
    .toSorted((a, b) => compare(a, b, sort))
    .map((file): Entry => ({ kind: "file", path: file.path, name: lastPart(file.path), file }));
  if (words.length > 0) return files;
  const folders = listing.folders
    .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
    .filter((path) => path !== folder)
    .map((path): Entry => {
      const count = inside.filter((file) => file.path.startsWith(`${path}/`)).length;
      return { kind: "folder", path, name: lastPart(path), files: count };
    });
  return [...folders, ...files];
}

/** Folder above, outermost first: `a/b` has `a` and `a/b`. */
export function crumbs(folder: string): readonly string[] {
  if (folder === "") return [];
  const parts = folder.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Copies that wait to print exactly these bytes under this name, per printer. */
export function waitingCopies(
  printers: Iterable<PrinterView>,
  tree: string,
  file: Pick<LibraryItem, "path" | "content">,
): readonly { readonly printer: PrinterView; readonly copies: number }[] {
  return [...printers]
    .filter((printer) => tree === "farm:" || printer.id === tree)
    .map((printer) => ({
      printer,
      copies: printer.queue.rows.filter(
        (row) => row.filename === file.path && row.content === file.content,
      ).length,
    }))
    .filter(({ copies }) => copies > 0);
}

export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function compare(a: LibraryItem, b: LibraryItem, sort: Sort): number {
  switch (sort) {
    case "name":
      return a.path.localeCompare(b.path, undefined, { numeric: true, sensitivity: "base" });
    case "modified":
      return b.modified - a.modified;
    case "estimate":
      return (b.estimate ?? -1) - (a.estimate ?? -1);
    case "size":
      return b.size - a.size;
  }
}

/** What the library may ask for in a dialog. */
export type LibraryQuestion =
  | { readonly kind: "folder" }
  | { readonly kind: "rename"; readonly path: string }
  | { readonly kind: "move"; readonly paths: readonly string[] }
  | { readonly kind: "queue"; readonly files: readonly LibraryItem[] }
  | { readonly kind: "remove"; readonly paths: readonly string[] };
