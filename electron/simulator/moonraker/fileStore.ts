import { createHash, randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { readMetadata } from "./metadata.ts";

/** The extensions Klipper lists and opens, in lower case only (observed on Klipper v0.13.0-730). */
const OPENABLE = /\.(?:gcode|g|gco)$/;

export interface StoredFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** Unix seconds. */
  readonly modified: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The gcodes root: in memory, or a folder that others write into as well. */
export class FileStore {
  /** Bytes free on the disk. */
  free = 8_000_000_000;
  readonly #files = new Map<string, StoredFile>();
  /** In memory; on a disk the folders are there. One stays when its last file goes. */
  readonly #folders = new Set<string>();
  readonly #folder: string | null;

  constructor(folder: string | null = null) {
    this.#folder = folder;
  }

  get(path: string): StoredFile | undefined {
    this.#look(path);
    return this.#files.get(path);
  }

  /** As Klipper opens it: the exact name, else the same name in other case; on the disk it ends as it must. */
  open(path: string): StoredFile | undefined {
    const exact = this.get(path);
    if (exact !== undefined && OPENABLE.test(path)) return exact;
    const lower = path.toLowerCase();
    return this.list().find(
      (file) => OPENABLE.test(file.path) && file.path.toLowerCase() === lower,
    );
  }

  list(): readonly StoredFile[] {
    if (this.#folder !== null) {
      const names = readdirSync(this.#folder, { recursive: true, encoding: "utf8" });
      for (const name of names) this.#look(name);
    }
    return [...this.#files.values()];
  }

  /** Stores or overwrites. `modified` in Unix seconds. */
  put(path: string, bytes: Buffer, modified: number): StoredFile {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const metadata = { size: bytes.length, modified, uuid: randomUUID(), ...readMetadata(bytes) };
    const file = { path, bytes, sha256, modified, metadata };
    this.#files.set(path, file);
    this.makeFolder(parentOf(path));
    if (this.#folder !== null) {
      writeFileSync(join(this.#folder, path), bytes);
      utimesSync(join(this.#folder, path), modified, modified);
    }
    return file;
  }

  delete(path: string): boolean {
    if (this.#folder !== null) rmSync(join(this.#folder, path), { force: true });
    return this.#files.delete(path);
  }

  /** Every folder below the root, however deep. */
  folders(): readonly string[] {
    const root = this.#folder;
    if (root === null) return [...this.#folders];
    const names = readdirSync(root, { recursive: true, encoding: "utf8" });
    return names.filter((name) => statSync(join(root, name)).isDirectory());
  }

  isFolder(path: string): boolean {
    return path === "" || this.folders().includes(path);
  }

  /** Makes a folder and those above it. */
  makeFolder(path: string): void {
    if (this.#folder !== null) mkdirSync(join(this.#folder, path), { recursive: true });
    for (let name = path; name !== ""; name = parentOf(name)) this.#folders.add(name);
  }

  /** Removes a folder with all in it. */
  removeFolder(path: string): void {
    for (const file of this.list()) if (file.path.startsWith(`${path}/`)) this.delete(file.path);
    for (const name of this.#folders)
      if (`${name}/`.startsWith(`${path}/`)) this.#folders.delete(name);
    if (this.#folder !== null) rmSync(join(this.#folder, path), { recursive: true, force: true });
  }

  /** Copies a file, or a folder with all in it, over what has that name. */
  copy(from: string, to: string): void {
    const renamed = (path: string): string => to + path.slice(from.length);
    const isBelow = (path: string): boolean => `${path}/`.startsWith(`${from}/`);
    for (const name of this.folders().filter(isBelow)) this.makeFolder(renamed(name));
    for (const { path, bytes, modified } of this.list().filter((file) => isBelow(file.path))) {
      this.put(renamed(path), bytes, modified);
    }
  }

  /** The same, and what was there is gone. */
  move(from: string, to: string): void {
    if (from === to) return;
    const wasFolder = this.isFolder(from);
    this.copy(from, to);
    if (wasFolder) this.removeFolder(from);
    else this.delete(from);
  }

  /** Takes a file of the folder as it is now. */
  #look(path: string): void {
    if (this.#folder === null) return;
    const onDisk = join(this.#folder, path);
    const found = statSync(onDisk, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return void this.#files.delete(path);
    const known = this.#files.get(path);
    const modified = found.mtimeMs / 1000;
    if (known?.modified === modified && known.bytes.length === found.size) return;
    const bytes = readFileSync(onDisk);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const metadata = { size: bytes.length, modified, uuid: randomUUID(), ...readMetadata(bytes) };
    this.#files.set(path, { path, bytes, sha256, modified, metadata });
  }
}

/** "" = the root. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** A file as listings and notifications name it. */
export function fileItem(file: StoredFile): Record<string, unknown> {
  return {
    modified: file.modified,
    size: file.bytes.length,
    permissions: "rw",
    path: file.path,
    root: "gcodes",
  };
}
