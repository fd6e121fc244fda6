import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { ContentHash } from "#shared/domain/ids.ts";
import type { FilePort, FileReader } from "./filePort.ts";
import { storageError } from "./storageError.ts";
import { WriteBehind } from "./writeBehind.ts";

/** Longest piece hashed without giving the event loop a turn, in bytes. */
const PIECE_BYTES = 1024 * 1024;

/** Bytes that have arrived whole and durable, but under no name yet. */
export interface Incoming {
  readonly content: ContentHash;
  readonly size: number;
  readonly temporary: string;
}

/**
 * Bytes by SHA-256 under `<dir>/contents/ab/<hash>`, each written first to `<dir>/incoming`.
 * A file in `contents` is whole: it is renamed there only after its bytes are durable.
 */
export class ContentStore {
  readonly #dir: string;
  readonly #incoming: string;
  readonly #files: FilePort;
  readonly #durableFolders = new Set<string>();
  #received = 0;

  constructor(dir: string, files: FilePort) {
    this.#dir = dir;
    this.#incoming = join(dir, "incoming");
    this.#files = files;
  }

  /** Makes the folders and removes what an earlier run has left half received. */
  async open(): Promise<void> {
    try {
      await this.#ensureFolder(this.#dir);
      await this.#ensureFolder(join(this.#dir, "contents"));
      await this.#files.makeFolder(this.#incoming);
      for (const name of await this.#files.list(this.#incoming)) {
        await this.#files.remove(join(this.#incoming, name));
      }
    } catch (error) {
      throw storageError(error);
    }
  }

  /**
   * Streams bytes to a temporary file, hashing on the way; they are durable when it resolves.
   * Whatever fails, the source included, leaves no temporary file.
   */
  async receive(source: AsyncIterable<Uint8Array>): Promise<Incoming> {
    const temporary = join(this.#incoming, `${++this.#received}.part`);
    const writer = await this.#files.create(temporary).catch(rethrowAsStorageError);
    const hash = createHash("sha256");
    const writes = new WriteBehind(writer);
    try {
      for await (const chunk of source) {
        for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
          const piece = chunk.subarray(at, at + PIECE_BYTES);
          hash.update(piece);
          await writes.push(piece);
        }
      }
      await writes.finish();
      const content = ContentHash.parse(hash.digest("hex"));
      return { content, size: writes.size, temporary };
    } catch (error) {
      await writes.abandon();
      await this.discard(temporary);
      throw storageError(error);
    }
  }

  /** Moves received bytes to their place; bytes already there stay. Durable when it resolves. */
  async keep(incoming: Incoming): Promise<void> {
    const path = this.pathOf(incoming.content);
    try {
      await this.#ensureFolder(dirname(path));
      if ((await this.#files.sizeOf(path)) === incoming.size) {
        await this.#files.remove(incoming.temporary);
      } else {
        await this.#files.rename(incoming.temporary, path);
      }
      // Also for bytes found there: an earlier intake may have died between its rename and this.
      await this.#files.syncFolder(dirname(path));
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Removes a temporary file. What cannot be removed now goes at the next open. */
  async discard(temporary: string): Promise<void> {
    await this.#files.remove(temporary).catch(() => undefined);
  }

  pathOf(content: ContentHash): string {
    return join(this.#dir, "contents", content.slice(0, 2), content);
  }

  /** Bytes stored of a content, or undefined when there are none. */
  sizeOf(content: ContentHash): Promise<number | undefined> {
    return this.#files.sizeOf(this.pathOf(content));
  }

  /** Opens a temporary file to read it. */
  openIncoming(incoming: Incoming): Promise<FileReader> {
    return this.#files.open(incoming.temporary);
  }

  async delete(content: ContentHash): Promise<void> {
    await this.#files.remove(this.pathOf(content));
  }

  async diskUsage(): Promise<{ total: number; used: number; free: number }> {
    const { total, free } = await this.#files.diskUsage(this.#dir);
    return { total, used: total - free, free };
  }

  /** A new folder's own name must be durable too, or everything in it is lost with it. */
  async #ensureFolder(path: string): Promise<void> {
    if (this.#durableFolders.has(path)) return;
    await this.#files.makeFolder(path);
    await this.#files.syncFolder(dirname(path));
    this.#durableFolders.add(path);
  }
}

function rethrowAsStorageError(error: unknown): never {
  throw storageError(error);
}
