import type { ContentHash } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Logger } from "../log/logger.ts";
import type { LibraryIndex } from "../store/libraryIndex.ts";
import { ContentLibrary } from "./contentLibrary.ts";
import { ContentStore } from "./contentStore.ts";
import type { FilePort } from "./filePort.ts";
import type { Library } from "./library.ts";
import { MetadataCatalog } from "./metadataCatalog.ts";
import { MetadataParser } from "./metadataParser.ts";
import { nodeFilePort } from "./nodeFilePort.ts";

export interface OpenLibraryOptions {
  /** Folder of the library; made when it is missing. One process at a time. */
  readonly dir: string;
  readonly index: LibraryIndex;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Entry of the metadata worker thread. */
  readonly workerUrl: URL;
  /** The disk; the computer's own unless told. */
  readonly files?: FilePort;
}

/** What the owner of a library can do besides using it. */
export interface OpenedLibrary extends Library {
  /** Deletes contents no name needs and that are not in `inUse`; returns how many. */
  collectGarbage(inUse: ReadonlySet<ContentHash>): Promise<number>;
  /** Aborts uploads under way and ends the worker. The index stays open: it is the caller's. */
  close(): Promise<void>;
}

/** Opens the library. Rejects with an AppError when its folder cannot be used. */
export async function openLibrary(options: OpenLibraryOptions): Promise<OpenedLibrary> {
  const { dir, index, clock, logger, workerUrl, files = nodeFilePort } = options;
  const contents = new ContentStore(dir, files);
  await contents.open();
  const parser = new MetadataParser({ workerUrl, clock, logger });
  const catalog = new MetadataCatalog(index, parser, (content) => contents.pathOf(content), logger);
  const library = new ContentLibrary({ index, contents, catalog, clock, logger });
  library.load();
  return library;
}
