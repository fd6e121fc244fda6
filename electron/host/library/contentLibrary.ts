import type { Readable } from "node:stream";
import { PrinterId, type ContentHash } from "#shared/domain/ids.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter, type Event } from "#shared/util/event.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { Logger } from "../log/logger.ts";
import type { LibraryIndex } from "../store/libraryIndex.ts";
import type { ContentStore, Incoming } from "./contentStore.ts";
import { FileTree } from "./fileTree.ts";
import { KnownContents } from "./knownContents.ts";
import type {
  ContentMetadata,
  IntakeOptions,
  Library,
  LibraryChange,
  LibraryFile,
  Tree,
} from "./library.ts";
import { checkFilePath, checkFolderPath, unpackedName } from "./libraryPath.ts";
import type { MetadataCatalog } from "./metadataCatalog.ts";
import { receiveUpload } from "./receiveUpload.ts";

export interface ContentLibraryParts {
  readonly index: LibraryIndex;
  readonly contents: ContentStore;
  readonly catalog: MetadataCatalog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The library over its content store, index and metadata. */
export class ContentLibrary implements Library {
  readonly #parts: ContentLibraryParts;
  readonly #trees = new Map<Tree, FileTree>();
  readonly #known = new KnownContents();
  /** Names are entered and contents collected one at a time: no collector sees half an intake. */
  readonly #changes = new Sequencer();
  readonly #closing = new AbortController();
  readonly #changed: Emitter<LibraryChange>;
  readonly #intakes = new Set<Promise<unknown>>();

  constructor(parts: ContentLibraryParts) {
    this.#parts = parts;
    this.#changed = new Emitter((error) =>
      parts.logger.error("a listener of library changes failed", { error: messageOf(error) }),
    );
  }

  get onDidChange(): Event<LibraryChange> {
    return this.#changed.event;
  }

  get onDidParse(): Event<ContentHash> {
    return this.#parts.catalog.onDidParse;
  }

  /** Loads all names from the index. Rows that make no sense are reported and left alone. */
  load(): void {
    const { index, catalog, logger } = this.#parts;
    for (const row of index.contents()) {
      this.#known.add(row.content, row.size);
      catalog.load(row);
    }
    for (const { tree: name, path } of index.folders()) {
      const tree = parseTree(name);
      if (tree === undefined) logger.warn("a folder of an unknown tree is ignored", { name, path });
      else this.#tree(tree).putFolder(path);
    }
    for (const row of index.files()) {
      const tree = parseTree(row.tree);
      if (tree === undefined || !this.#known.has(row.content)) {
        logger.warn("a stored file name is ignored", { tree: row.tree, path: row.path });
        this.#known.pin(row.content);
      } else this.#tree(tree).put({ ...row, tree });
    }
  }

  async intake(
    tree: Tree,
    path: string,
    bytes: Readable,
    options: IntakeOptions,
  ): Promise<LibraryFile> {
    const intake = this.#intake(tree, path, bytes, options);
    this.#intakes.add(intake);
    try {
      return await intake;
    } finally {
      this.#intakes.delete(intake);
    }
  }

  find(tree: Tree, path: string): LibraryFile | undefined {
    return this.#trees.get(tree)?.find(path);
  }

  list(tree: Tree): readonly LibraryFile[] {
    return this.#trees.get(tree)?.list() ?? [];
  }

  folders(tree: Tree): readonly string[] {
    return this.#trees.get(tree)?.folders() ?? [];
  }

  async createFolder(tree: Tree, path: string): Promise<void> {
    checkFolderPath(path);
    await this.#changes.run(async () => {
      this.#checkOpen();
      const names = this.#tree(tree);
      names.checkParents(path);
      if (names.find(path) !== undefined) {
        throw new AppError("bad_request", `${JSON.stringify(path)} is a file, not a folder.`);
      }
      if (names.hasFolder(path)) return;
      await this.#parts.index.putFolder(tree, path);
      this.#announceFolders(tree, names.putFolder(path));
    });
  }

  async removeFolder(tree: Tree, path: string): Promise<void> {
    await this.#changes.run(async () => {
      this.#checkOpen();
      const names = this.#tree(tree);
      if (!names.hasFolder(path)) {
        throw new AppError("not_found", `There is no folder ${JSON.stringify(path)}.`);
      }
      const { files, folders } = names.below(path);
      if (files.length > 0) {
        throw new AppError(
          "conflict",
          `${JSON.stringify(path)} still holds files: delete them first.`,
        );
      }
      for (const folder of [...folders, path]) {
        await this.#parts.index.removeFolder(tree, folder);
        names.removeFolder(folder);
        this.#changed.fire({ kind: "folder_removed", tree, path: folder });
      }
    });
  }

  remove(tree: Tree, path: string): Promise<LibraryFile> {
    return this.#changes.run(async () => {
      this.#checkOpen();
      const file = this.find(tree, path);
      if (file === undefined) {
        throw new AppError("not_found", `There is no file ${JSON.stringify(path)}.`);
      }
      await this.#parts.index.removeFile(tree, file.path);
      this.#tree(tree).remove(file.path);
      this.#known.release(file.content, this.#parts.clock.monotonic());
      this.#changed.fire({ kind: "removed", file });
      return file;
    });
  }

  async link(tree: Tree, path: string, content: ContentHash): Promise<LibraryFile> {
    checkFilePath(path);
    return this.#changes.run(async () => {
      this.#checkOpen();
      const size = this.#known.sizeOf(content);
      if (size === undefined) throw unknownContent();
      return this.#enter(tree, path, content, size);
    });
  }

  async localPath(content: ContentHash): Promise<string> {
    const size = this.#known.sizeOf(content);
    if (size === undefined) throw unknownContent();
    if ((await this.#parts.contents.sizeOf(content)) !== size) {
      throw new AppError(
        "not_found",
        "The bytes of this file are missing or damaged in the library's folder: upload it again.",
      );
    }
    return this.#parts.contents.pathOf(content);
  }

  metadata(content: ContentHash): ContentMetadata | undefined {
    return this.#parts.catalog.metadata(content);
  }

  whenParsed(content: ContentHash): Promise<ContentMetadata> {
    return this.#parts.catalog.whenParsed(content);
  }

  thumbnail(content: ContentHash, width: number): Uint8Array | undefined {
    return this.#parts.catalog.thumbnail(content, width);
  }

  diskUsage(): Promise<{ readonly total: number; readonly used: number; readonly free: number }> {
    return this.#parts.contents.diskUsage();
  }

  /**
   * Deletes contents that no name, no intake and nothing in `inUse` needs; the row goes first, so that a
   * power cut can leave bytes too many but never too few. One whose last name went within the last minute
   * stays for now. Returns how many went.
   */
  async collectGarbage(inUse: ReadonlySet<ContentHash>): Promise<number> {
    let collected = 0;
    for (const content of this.#unnamed()) {
      if (inUse.has(content)) continue;
      // One step each: an upload that waits for its turn is not kept waiting for all of them.
      if (await this.#changes.run(() => this.#collect(content))) collected++;
    }
    return collected;
  }

  /** Refuses new work, aborts uploads under way and waits for what is being written. */
  async close(): Promise<void> {
    this.#closing.abort(closedError());
    await Promise.allSettled(this.#intakes);
    await this.#changes.idle();
    await this.#parts.catalog.close();
    this.#changed.dispose();
  }

  async #intake(
    tree: Tree,
    path: string,
    bytes: Readable,
    options: IntakeOptions,
  ): Promise<LibraryFile> {
    try {
      this.#checkOpen();
      checkFilePath(path);
      if (options.whenRead === undefined) this.#tree(tree).checkFree(unpackedName(path));
      const { contents } = this.#parts;
      const { signal } = options;
      const received = await receiveUpload(contents, bytes, path, {
        ...options,
        signal: AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]),
      });
      try {
        return await this.#changes.run(() => this.#keep(tree, received.path, received.incoming));
      } finally {
        await contents.discard(received.incoming.temporary);
      }
    } finally {
      // A sender whose upload was refused before the first byte must not wait for a reader.
      bytes.destroy();
    }
  }

  async #keep(tree: Tree, path: string, incoming: Incoming): Promise<LibraryFile> {
    const { contents, logger } = this.#parts;
    const { content, size } = incoming;
    this.#checkOpen();
    this.#tree(tree).checkFree(path);
    try {
      await contents.keep(incoming);
      return await this.#enter(tree, path, content, size);
    } catch (error) {
      // A failed intake changes nothing: bytes that no row names go again.
      if (!this.#known.has(content)) {
        await contents.delete(content).catch((cause: unknown) =>
          logger.warn("bytes without a row stay on the disk", {
            content,
            error: messageOf(cause),
          }),
        );
      }
      throw error;
    }
  }

  /** Writes the row, then memory, then tells. Runs in the sequencer. */
  async #enter(tree: Tree, path: string, content: ContentHash, size: number): Promise<LibraryFile> {
    const { index, catalog, clock } = this.#parts;
    const names = this.#tree(tree);
    names.checkFree(path);
    const before = names.find(path);
    const file: LibraryFile = { tree, path, content, size, modified: clock.now() };
    await index.putFile(file);
    this.#known.add(content, size);
    if (before !== undefined) this.#known.release(before.content, clock.monotonic());
    const folders = names.put(file);
    await this.#storeFolders(tree, folders);
    this.#announceFolders(tree, folders);
    this.#changed.fire({ kind: before === undefined ? "created" : "replaced", file });
    catalog.add(content);
    return file;
  }

  /** So that a folder outlives its last file. While files are in it, it exists without a row. */
  async #storeFolders(tree: Tree, folders: readonly string[]): Promise<void> {
    try {
      for (const folder of folders) await this.#parts.index.putFolder(tree, folder);
    } catch (error) {
      this.#parts.logger.warn("a folder could not be stored", { error: messageOf(error) });
    }
  }

  async #collect(content: ContentHash): Promise<boolean> {
    const { index, contents, catalog, logger } = this.#parts;
    if (!this.#unnamed().has(content)) return false;
    await index.removeContent(content);
    this.#known.forget(content);
    catalog.forget(content);
    await contents
      .delete(content)
      .catch((error: unknown) =>
        logger.warn("bytes without a row stay on the disk", { content, error: messageOf(error) }),
      );
    return true;
  }

  #unnamed(): ReadonlySet<ContentHash> {
    const files = [...this.#trees.values()].flatMap((tree) => tree.list());
    const named = files.map((file) => file.content);
    return this.#known.unnamed(named, this.#parts.clock.monotonic());
  }

  #announceFolders(tree: Tree, paths: readonly string[]): void {
    for (const path of paths) this.#changed.fire({ kind: "folder_created", tree, path });
  }

  #tree(tree: Tree): FileTree {
    const found = this.#trees.get(tree) ?? new FileTree();
    this.#trees.set(tree, found);
    return found;
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError();
  }
}

function parseTree(name: string): Tree | undefined {
  return name === "farm:" ? name : PrinterId.safeParse(name).data;
}

function unknownContent(): AppError {
  return new AppError("not_found", "No file with this content is in the library.");
}

function closedError(): AppError {
  return new AppError("unavailable", "The file library is closing.");
}
