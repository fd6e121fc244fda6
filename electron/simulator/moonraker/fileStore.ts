import { createHash, randomUUID } from "node:crypto";
import { readMetadata } from "./metadata.ts";

export interface StoredFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** Unix seconds. */
  readonly modified: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The gcodes root, in memory. */
export class FileStore {
  readonly #files = new Map<string, StoredFile>();

  get(path: string): StoredFile | undefined {
    return this.#files.get(path);
  }

  /** As Klipper opens it: the exact name, else the same name in other case. */
  open(path: string): StoredFile | undefined {
    const exact = this.#files.get(path);
    if (exact !== undefined) return exact;
    const lower = path.toLowerCase();
    return [...this.#files.values()].find((file) => file.path.toLowerCase() === lower);
  }

  list(): readonly StoredFile[] {
    return [...this.#files.values()];
  }

  /** Stores or overwrites. `modified` in Unix seconds. */
  put(path: string, bytes: Buffer, modified: number): StoredFile {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const metadata = { size: bytes.length, modified, uuid: randomUUID(), ...readMetadata(bytes) };
    const file = { path, bytes, sha256, modified, metadata };
    this.#files.set(path, file);
    return file;
  }

  delete(path: string): boolean {
    return this.#files.delete(path);
  }
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
