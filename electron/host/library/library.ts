import type { Readable } from "node:stream";
import type { FileMetadata } from "#shared/contract/files.ts";
import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { Event } from "#shared/util/event.ts";

/** Names belong to a printer; the farm has a tree of its own. */
export type Tree = PrinterId | "farm:";

/** A name in a tree and the bytes behind it. */
export interface LibraryFile {
  readonly tree: Tree;
  /** Relative to the tree's `gcodes` root, `/` between folders, exactly as sent. */
  readonly path: string;
  readonly content: ContentHash;
  readonly size: number;
  /** Wall milliseconds. */
  readonly modified: number;
}

export interface IntakeOptions {
  /** More bytes are refused with `too_large`. */
  readonly maxBytes: number;
  /** SHA-256 the sender expects, any case; a mismatch is `checksum_mismatch`. */
  readonly checksum?: string;
  readonly signal?: AbortSignal;
  /**
   * For senders that name a file after its bytes (the fields of an upload may come in any order): called
   * once, when every byte has been read and before anything is visible; what it resolves to replaces the
   * path and the checksum of the call. A rejection refuses the intake with that error.
   */
  readonly whenRead?: () => Promise<{ readonly path: string; readonly checksum?: string }>;
}

/** A thumbnail of a content, PNG. */
export interface StoredThumbnail {
  readonly width: number;
  readonly height: number;
  /** Bytes. */
  readonly size: number;
}

/** Metadata of a content: Moonraker's words without what belongs to a name. */
export type ContentMetadata = Omit<FileMetadata, "modified" | "size" | "thumbnails"> & {
  readonly thumbnails: readonly StoredThumbnail[];
  /** Absent = the file does not say. Moonraker has no word for it. */
  readonly extents?: Extents | undefined;
};

/** What a print covers at least, in the printer's coordinates; millimetres. */
export interface Extents {
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}

export type LibraryChange =
  | { readonly kind: "created" | "replaced" | "removed"; readonly file: LibraryFile }
  | {
      readonly kind: "folder_created" | "folder_removed";
      readonly tree: Tree;
      readonly path: string;
    };

/**
 * The g-code files of this host: bytes by SHA-256, names per tree. A name is visible only after its bytes
 * are durable (file fsync, rename, folder fsync, then the row). An intake that fails leaves nothing behind.
 */
export interface Library {
  /**
   * Streams bytes in under a name; a present name is replaced (what is queued keeps its own bytes).
   * A `.ufp` package is unpacked: the name of the answer ends in `.gcode`. The stream is destroyed when the
   * intake fails. Rejects with `bad_request` (bad name, not g-code, truncated, aborted), `too_large`,
   * `checksum_mismatch`, `storage_full`, `unavailable` (closing, or the disk cannot be written).
   */
  intake(tree: Tree, path: string, bytes: Readable, options: IntakeOptions): Promise<LibraryFile>;
  /** The file of that exact name (compared as NFC), or undefined. Never throws on odd names. */
  find(tree: Tree, path: string): LibraryFile | undefined;
  /** All files of a tree, sorted by path. */
  list(tree: Tree): readonly LibraryFile[];
  /** Folders of a tree that exist, also empty ones, sorted. */
  folders(tree: Tree): readonly string[];
  createFolder(tree: Tree, path: string): Promise<void>;
  /** Removes a folder with the empty ones in it. Rejects with `not_found`, or `conflict` while it holds files. */
  removeFolder(tree: Tree, path: string): Promise<void>;
  /** Rejects with `not_found`. The bytes stay while a queue needs them. */
  remove(tree: Tree, path: string): Promise<LibraryFile>;
  /** Enters an existing content under a name of another tree. */
  link(tree: Tree, path: string, content: ContentHash): Promise<LibraryFile>;
  /** Where the bytes lie on this computer, for reading. Rejects with `not_found`. */
  localPath(content: ContentHash): Promise<string>;
  /** Parsed metadata, or undefined while it is being parsed or when the content is unknown. */
  metadata(content: ContentHash): ContentMetadata | undefined;
  /** Resolves when the content has been parsed (an unreadable file parses to empty metadata). */
  whenParsed(content: ContentHash): Promise<ContentMetadata>;
  /** PNG bytes of the thumbnail of that width, or of the smallest at least that wide, else the largest. */
  thumbnail(content: ContentHash, width: number): Uint8Array | undefined;
  /** Bytes on the library's disk. */
  diskUsage(): Promise<{ readonly total: number; readonly used: number; readonly free: number }>;
  readonly onDidChange: Event<LibraryChange>;
  readonly onDidParse: Event<ContentHash>;
}
