import { AppError } from "#shared/rpc/errors.ts";
import type { LibraryFile } from "./library.ts";
import { parentFolders, pathKey } from "./libraryPath.ts";

/** Names and folders of one tree, in memory. Names are found by their NFC form and shown as sent. */
export class FileTree {
  readonly #files = new Map<string, LibraryFile>();
  /** Key -> path as first sent; the parents of every file and folder are in it too. */
  readonly #folders = new Map<string, string>();
  /** Rebuilt when asked for after a change. */
  #sortedFiles: readonly LibraryFile[] | undefined;
  #sortedFolders: readonly string[] | undefined;

  find(path: string): LibraryFile | undefined {
    return this.#files.get(pathKey(path));
  }

  list(): readonly LibraryFile[] {
    this.#sortedFiles ??= [...this.#files.values()].toSorted((a, b) => compare(a.path, b.path));
    return this.#sortedFiles;
  }

  folders(): readonly string[] {
    this.#sortedFolders ??= [...this.#folders.values()].toSorted(compare);
    return this.#sortedFolders;
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(pathKey(path));
  }

  /** Enters or replaces a name; returns the folders that came to be with it, outermost first. */
  put(file: LibraryFile): readonly string[] {
    this.#files.set(pathKey(file.path), file);
    this.#sortedFiles = undefined;
    return this.#addFolders(parentFolders(file.path));
  }

  /** Enters a folder with its parents; returns those that are new, outermost first. */
  putFolder(path: string): readonly string[] {
    return this.#addFolders([...parentFolders(path), path]);
  }

  /** Removes a name; its folder stays, as on a disk. */
  remove(path: string): void {
    this.#files.delete(pathKey(path));
    this.#sortedFiles = undefined;
  }

  /** Everything below a folder: its files and the folders in it, innermost first. */
  below(folder: string): { readonly files: readonly LibraryFile[]; readonly folders: string[] } {
    const prefix = `${pathKey(folder)}/`;
    const inside = (path: string): boolean => pathKey(path).startsWith(prefix);
    return {
      files: this.list().filter((file) => inside(file.path)),
      folders: this.folders().filter(inside).toReversed(),
    };
  }

  /** Forgets an empty folder. */
  removeFolder(path: string): void {
    this.#folders.delete(pathKey(path));
    this.#sortedFolders = undefined;
  }

  /** Throws `bad_request` when a file cannot have this name: a folder has it, or a parent is a file. */
  checkFree(path: string): void {
    if (this.hasFolder(path)) {
      throw new AppError(
        "bad_request",
        `${JSON.stringify(path)} is a folder: choose another name.`,
      );
    }
    this.checkParents(path);
  }

  /** Throws `bad_request` when something above this path is a file. */
  checkParents(path: string): void {
    const file = parentFolders(path).find((parent) => this.#files.has(pathKey(parent)));
    if (file !== undefined) {
      throw new AppError("bad_request", `${JSON.stringify(file)} is a file, not a folder.`);
    }
  }

  #addFolders(paths: readonly string[]): readonly string[] {
    const added = paths.filter((path) => !this.#folders.has(pathKey(path)));
    for (const path of added) this.#folders.set(pathKey(path), path);
    if (added.length > 0) this.#sortedFolders = undefined;
    return added;
  }
}

/** By code unit: the same order on every computer, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
