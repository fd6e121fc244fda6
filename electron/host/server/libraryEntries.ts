import { AppError } from "#shared/rpc/errors.ts";
import type { Library, LibraryFile, Tree } from "../library/library.ts";

type Names = Pick<
  Library,
  "find" | "list" | "folders" | "link" | "remove" | "removeFolder" | "createFolder"
>;

/** What a path stands for: one file, or a folder with every file below it. Throws `not_found`. */
export function entriesBelow(
  library: Pick<Library, "find" | "list" | "folders">,
  tree: Tree,
  path: string,
): { readonly files: readonly LibraryFile[]; readonly isFolder: boolean } {
  const file = library.find(tree, path);
  if (file !== undefined) return { files: [file], isFolder: false };
  if (!library.folders(tree).includes(path)) {
    throw new AppError("not_found", `There is no ${JSON.stringify(path)} any more.`);
  }
  const files = library.list(tree).filter((entry) => entry.path.startsWith(`${path}/`));
  return { files, isFolder: true };
}

/**
 * Gives a file or a folder with all in it another name. Every new name is entered before its old one goes,
 * so that a fault in between leaves a file twice but never nowhere. Refused with `conflict` when a name is
 * taken, before anything is changed. Resolves with the number of files moved.
 */
export async function moveEntries(
  library: Names,
  tree: Tree,
  from: string,
  to: string,
): Promise<number> {
  const { files, isFolder } = entriesBelow(library, tree, from);
  if (from === to) return 0;
  if (isFolder && to.startsWith(`${from}/`)) {
    throw new AppError("bad_request", "A folder cannot be moved into itself.");
  }
  if (isFolder && library.folders(tree).includes(to)) {
    throw new AppError("conflict", `There is a folder ${JSON.stringify(to)} already.`);
  }
  const nameOf = (file: LibraryFile): string => (isFolder ? to + file.path.slice(from.length) : to);
  const taken = files.map(nameOf).find((name) => library.find(tree, name) !== undefined);
  if (taken !== undefined) {
    throw new AppError(
      "conflict",
      `${JSON.stringify(taken)} exists already: choose another name, or delete that one first.`,
    );
  }
  if (isFolder) {
    const inside = library.folders(tree).filter((folder) => folder.startsWith(`${from}/`));
    for (const folder of [from, ...inside]) {
      await library.createFolder(tree, to + folder.slice(from.length));
    }
  }
  for (const file of files) {
    await library.link(tree, nameOf(file), file.content);
    await library.remove(tree, file.path);
  }
  if (isFolder) await library.removeFolder(tree, from);
  return files.length;
}
