import type { FileItem, FileMetadata, FilelistChanged } from "#shared/contract/files.ts";
import type { ContentMetadata, LibraryChange, LibraryFile, Tree } from "../library/library.ts";

/** A library file as Moonraker describes items of the `gcodes` root. */
export function fileItem(file: LibraryFile): FileItem {
  return {
    modified: file.modified / 1000,
    size: file.size,
    permissions: "rw",
    path: file.path,
    root: "gcodes",
  };
}

/** A folder as an item; its time is nobody's concern. */
export function folderItem(path: string): FileItem {
  return { modified: 0, size: 4096, permissions: "rw", path, root: "gcodes" };
}

/** What is no longer there, as Moonraker describes it. */
export function goneItem(path: string): FileItem {
  return { modified: 0, size: 0, permissions: "", path, root: "gcodes" };
}

/** A file's metadata in Moonraker's words. */
export function fileMetadata(
  file: LibraryFile,
  known: ContentMetadata,
): FileMetadata & { filename: string } {
  const { thumbnails, extents: _extents, ...metadata } = known;
  return {
    size: file.size,
    modified: file.modified / 1000,
    ...metadata,
    print_start_time: null,
    job_id: null,
    ...(thumbnails.length === 0
      ? {}
      : {
          thumbnails: thumbnails.map(({ width, height, size }) => ({
            width,
            height,
            size,
            relative_path: `.thumbs/${thumbnailName(file.path, width, height)}`,
          })),
        }),
    filename: file.path,
  };
}

/** Name of a thumbnail in the `.thumbs` folder beside its file. */
export function thumbnailName(path: string, width: number, height: number): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return `${dot <= 0 ? base : base.slice(0, dot)}-${width}x${height}.png`;
}

/** The folder of a path, with its slash; "" at the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** A change of the library as Moonraker announces it, with the tree it happened in. */
export function filelistChange(change: LibraryChange): [Tree, FilelistChanged] {
  switch (change.kind) {
    case "created":
    case "replaced":
      return [change.file.tree, { action: "create_file", item: fileItem(change.file) }];
    case "removed":
      return [change.file.tree, { action: "delete_file", item: goneItem(change.file.path) }];
    case "folder_created":
      return [change.tree, { action: "create_dir", item: folderItem(change.path) }];
    case "folder_removed":
      return [change.tree, { action: "delete_dir", item: goneItem(change.path) }];
  }
}
