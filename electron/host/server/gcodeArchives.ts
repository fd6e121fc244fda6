import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FileItem, FilelistChanged } from "#shared/contract/files.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { Library, LibraryFile } from "../library/library.ts";
import { MOST_ZIP_BYTES, MOST_ZIP_MEMBERS, zipBytes } from "./zipWriter.ts";

/** Archives kept at once, of all printers: they are made to be fetched, and can be made again. */
const MOST_KEPT = 10;

export interface GcodeArchive {
  readonly item: FileItem;
  /** Where its bytes lie on this computer. */
  readonly file: string;
}

export interface ArchiveChange {
  readonly printer: PrinterId;
  readonly change: FilelistChanged;
}

interface Parts {
  readonly library: Pick<Library, "localPath" | "diskUsage">;
  /** Only ours; emptied at start and end. */
  readonly dir: string;
  readonly clock: Clock;
}

/**
 * Archives of g-code that front ends asked for. They are shown and fetched under the name that was asked for,
 * until ten newer ones have been made or the host ends. One is packed at a time.
 */
export class GcodeArchives {
  readonly #parts: Parts;
  readonly #kept: (GcodeArchive & { readonly printer: PrinterId })[] = [];
  readonly #packing = new Sequencer();
  readonly #onDidChange = new Emitter<ArchiveChange>();
  readonly onDidChange = this.#onDidChange.event;
  #next = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Forgets all and frees the disk; also before the first is made, of what a killed host left. */
  async clear(): Promise<void> {
    this.#kept.length = 0;
    await rm(this.#parts.dir, { recursive: true, force: true });
  }

  list(printer: PrinterId): readonly GcodeArchive[] {
    return this.#kept.filter((archive) => archive.printer === printer);
  }

  /** The archive of that root and path below it. */
  find(printer: PrinterId, root: string, path: string): GcodeArchive | undefined {
    return this.list(printer).find(({ item }) => item.root === root && item.path === path);
  }

  async remove(printer: PrinterId, root: string, path: string): Promise<GcodeArchive | undefined> {
    const at = this.#kept.findIndex(
      ({ item, printer: other }) => other === printer && item.root === root && item.path === path,
    );
    const [gone] = at < 0 ? [] : this.#kept.splice(at, 1);
    if (gone !== undefined) await this.#drop(gone);
    return gone;
  }

  /**
   * Packs files under a name; one of that name is replaced. Rejects with `bad_request` for more than an
   * archive can hold and with `storage_full`; then nothing is left.
   */
  pack(
    printer: PrinterId,
    name: { readonly root: string; readonly path: string },
    files: readonly LibraryFile[],
    store: boolean,
  ): Promise<GcodeArchive> {
    return this.#packing.run(async () => {
      const { library, dir, clock } = this.#parts;
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (size > MOST_ZIP_BYTES || files.length > MOST_ZIP_MEMBERS) {
        throw new AppError(
          "bad_request",
          `That is more than one archive holds (4 GB and ${MOST_ZIP_MEMBERS} files): pack it in parts.`,
        );
      }
      const { free } = await library.diskUsage();
      if (size > free) {
        throw new AppError(
          "storage_full",
          "There is not enough room on this computer's disk for the archive.",
        );
      }
      await mkdir(dir, { recursive: true });
      const file = join(dir, `${this.#next++}.zip`);
      const members = files.map(({ path, modified, content }) => ({
        name: `gcodes/${path}`,
        modified,
        bytes: async () => createReadStream(await library.localPath(content)),
      }));
      try {
        const bytes = Readable.from(zipBytes(members, store), { objectMode: false });
        await pipeline(bytes, createWriteStream(file));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      await this.remove(printer, name.root, name.path);
      const packed = (await stat(file)).size;
      const modified = clock.now() / 1000;
      const archive = { item: { ...name, modified, size: packed, permissions: "rw" }, file };
      this.#kept.push({ ...archive, printer });
      this.#onDidChange.fire({ printer, change: { action: "create_file", item: archive.item } });
      for (const old of this.#kept.splice(0, Math.max(0, this.#kept.length - MOST_KEPT))) {
        await this.#drop(old);
      }
      return archive;
    });
  }

  /** Whoever is being sent the bytes still gets them where the system allows it. */
  async #drop({ printer, item, file }: GcodeArchive & { printer: PrinterId }): Promise<void> {
    this.#onDidChange.fire({ printer, change: { action: "delete_file", item } });
    await rm(file, { force: true });
  }
}

/** `gcodes-20261127-2142.zip`, as front ends name theirs. */
export function archiveName(at: number): string {
  const [day = "", time = ""] = new Date(at).toISOString().split("T");
  return `collection-${day.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}.zip`;
}
