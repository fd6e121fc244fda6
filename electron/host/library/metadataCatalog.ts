import type { ContentHash } from "#shared/domain/ids.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter } from "#shared/util/event.ts";
import type { Logger } from "../log/logger.ts";
import type { ContentRow, LibraryIndex, ThumbnailRow } from "../store/libraryIndex.ts";
import { NOTHING_PARSED, PARSER_VERSION } from "./gcodeMetadata/parseGcode.ts";
import type { ContentMetadata, StoredThumbnail } from "./library.ts";
import { StoredMetadata, type GcodeParser, type Parsed } from "./metadataMessages.ts";

/** What is known of a content: the stored text is only read when somebody asks. */
interface Known {
  stored: string | null;
  metadata?: ContentMetadata;
  parsing?: Promise<ContentMetadata>;
  /** Kept when the store could not take them; else they are read from there. */
  thumbnails?: readonly ThumbnailRow[];
}

/** Metadata and thumbnails per content: each is parsed once, stored, and read back from the store. */
export class MetadataCatalog {
  readonly #index: LibraryIndex;
  readonly #parser: GcodeParser;
  readonly #pathOf: (content: ContentHash) => string;
  readonly #logger: Logger;
  readonly #known = new Map<ContentHash, Known>();
  readonly #parsed: Emitter<ContentHash>;

  constructor(
    index: LibraryIndex,
    parser: GcodeParser,
    pathOf: (content: ContentHash) => string,
    logger: Logger,
  ) {
    this.#index = index;
    this.#parser = parser;
    this.#pathOf = pathOf;
    this.#logger = logger;
    this.#parsed = new Emitter((error) =>
      logger.error("a listener of parsed files failed", { error: messageOf(error) }),
    );
  }

  get onDidParse(): Emitter<ContentHash>["event"] {
    return this.#parsed.event;
  }

  /** Takes over a stored content; one never parsed, or by an older parser, is parsed in the background. */
  load(row: ContentRow): void {
    this.#known.set(row.content, { stored: row.metadata });
    if (row.metadata === null || row.parser < PARSER_VERSION) this.#parseInBackground(row.content);
  }

  /** Takes in a content that has just become durable. Known ones are left as they are. */
  add(content: ContentHash): void {
    if (this.#known.has(content)) return;
    this.#known.set(content, { stored: null });
    this.#parseInBackground(content);
  }

  forget(content: ContentHash): void {
    this.#known.delete(content);
  }

  metadata(content: ContentHash): ContentMetadata | undefined {
    const known = this.#known.get(content);
    if (known?.metadata === undefined && known !== undefined && known.stored !== null) {
      known.metadata = this.#readStored(content, known.stored);
    }
    return known?.metadata;
  }

  async whenParsed(content: ContentHash): Promise<ContentMetadata> {
    const known = this.#known.get(content);
    if (known === undefined) {
      throw new AppError("not_found", "No file with this content is in the library.");
    }
    if (known.parsing !== undefined) return known.parsing;
    return this.metadata(content) ?? this.#parse(content, known);
  }

  thumbnail(content: ContentHash, width: number): Uint8Array | undefined {
    const rows = this.#thumbnailRows(content).toSorted((a, b) => a.width - b.width);
    return (rows.find((row) => row.width >= width) ?? rows.at(-1))?.png;
  }

  /** Ends the parser; what was not parsed is at the next start. */
  async close(): Promise<void> {
    this.#parsed.dispose();
    await this.#parser.close();
  }

  #parseInBackground(content: ContentHash): void {
    const known = this.#known.get(content);
    if (known === undefined) return;
    drop(this.#parse(content, known), (error) =>
      this.#logger.info("a file was not parsed", { content, error: messageOf(error) }),
    );
  }

  /** Rejects only when the library closes; a file that cannot be parsed has empty metadata. */
  #parse(content: ContentHash, known: Known): Promise<ContentMetadata> {
    known.parsing ??= this.#parseAndStore(content, known).finally(() => delete known.parsing);
    return known.parsing;
  }

  async #parseAndStore(content: ContentHash, known: Known): Promise<ContentMetadata> {
    const parsed = await this.#parseOrNothing(content);
    const metadata = { ...parsed.metadata, thumbnails: parsed.thumbnails.map(describe) };
    known.metadata = metadata;
    known.thumbnails = parsed.thumbnails;
    // Collected while it was parsed: there is no row to write to any more.
    if (this.#known.get(content) !== known) return metadata;
    try {
      known.stored = JSON.stringify(parsed.metadata);
      await this.#index.putMetadata(content, known.stored, PARSER_VERSION, parsed.thumbnails);
      delete known.thumbnails;
    } catch (error) {
      // It is parsed again at the next start.
      this.#logger.warn("metadata could not be stored", { content, error: messageOf(error) });
    }
    this.#parsed.fire(content);
    return metadata;
  }

  async #parseOrNothing(content: ContentHash): Promise<Parsed> {
    try {
      return await this.#parser.parse(this.#pathOf(content));
    } catch (error) {
      if (error instanceof AppError && error.code === "unavailable") throw error;
      this.#logger.warn("a file has no readable metadata", { content, error: messageOf(error) });
      return { metadata: NOTHING_PARSED.metadata, thumbnails: [] };
    }
  }

  #readStored(content: ContentHash, stored: string): ContentMetadata {
    const thumbnails = this.#thumbnailRows(content).map(describe);
    try {
      return { ...StoredMetadata.parse(JSON.parse(stored)), thumbnails };
    } catch (error) {
      this.#logger.warn("stored metadata is unreadable", { content, error: messageOf(error) });
      return { thumbnails };
    }
  }

  #thumbnailRows(content: ContentHash): readonly ThumbnailRow[] {
    const known = this.#known.get(content);
    if (known === undefined) return [];
    return known.thumbnails ?? this.#index.thumbnails(content);
  }
}

function describe({ width, height, png }: ThumbnailRow): StoredThumbnail {
  return { width, height, size: png.byteLength };
}
