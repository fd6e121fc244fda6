import type { ContentHash } from "#shared/domain/ids.ts";
import type {
  ContentRow,
  FileRow,
  LibraryIndex,
  ThumbnailRow,
} from "../../electron/host/store/libraryIndex.ts";

/** A LibraryIndex in memory. `beforeWrite` may throw or wait, to be a store that fails or is slow. */
export class FakeLibraryIndex implements LibraryIndex {
  beforeWrite: (operation: string) => void | Promise<void> = () => undefined;
  readonly #files = new Map<string, FileRow>();
  readonly #folders = new Map<string, { tree: string; path: string }>();
  readonly #contents = new Map<ContentHash, ContentRow>();
  readonly #thumbnails = new Map<ContentHash, readonly ThumbnailRow[]>();

  files(): readonly FileRow[] {
    return [...this.#files.values()];
  }

  async putFile(file: FileRow): Promise<void> {
    await this.#write("putFile");
    if (!this.#contents.has(file.content)) {
      const { content, size, modified } = file;
      this.#contents.set(content, { content, size, addedAt: modified, metadata: null, parser: 0 });
    }
    this.#files.set(keyOf(file.tree, file.path), { ...file });
  }

  async removeFile(tree: string, path: string): Promise<void> {
    await this.#write("removeFile");
    this.#files.delete(keyOf(tree, path));
  }

  folders(): readonly { readonly tree: string; readonly path: string }[] {
    return [...this.#folders.values()];
  }

  async putFolder(tree: string, path: string): Promise<void> {
    await this.#write("putFolder");
    this.#folders.set(keyOf(tree, path), { tree, path });
  }

  async removeFolder(tree: string, path: string): Promise<void> {
    await this.#write("removeFolder");
    this.#folders.delete(keyOf(tree, path));
  }

  contents(): readonly ContentRow[] {
    return [...this.#contents.values()];
  }

  async putMetadata(
    content: ContentHash,
    metadata: string,
    parser: number,
    thumbnails: readonly ThumbnailRow[],
  ): Promise<void> {
    await this.#write("putMetadata");
    const row = this.#contents.get(content);
    if (row === undefined) return;
    this.#contents.set(content, { ...row, metadata, parser });
    this.#thumbnails.set(content, [...thumbnails]);
  }

  thumbnails(content: ContentHash): readonly ThumbnailRow[] {
    return this.#thumbnails.get(content) ?? [];
  }

  async removeContent(content: ContentHash): Promise<void> {
    await this.#write("removeContent");
    this.#contents.delete(content);
    this.#thumbnails.delete(content);
  }

  /** A store answers later, never in the same turn. */
  async #write(operation: string): Promise<void> {
    await Promise.resolve();
    await this.beforeWrite(operation);
  }
}

function keyOf(tree: string, path: string): string {
  return `${tree}\n${path.normalize("NFC")}`;
}
