import type { ContentHash } from "#shared/domain/ids.ts";

/** A name row. `tree` is a printer id or "farm:"; `key` is the path in NFC, unique within the tree. */
export interface FileRow {
  readonly tree: string;
  readonly path: string;
  readonly content: ContentHash;
  readonly size: number;
  /** Wall milliseconds. */
  readonly modified: number;
}

/** A content row; `metadata` is null until parsed, else JSON of the parser's version `parser`. */
export interface ContentRow {
  readonly content: ContentHash;
  readonly size: number;
  readonly addedAt: number;
  readonly metadata: string | null;
  readonly parser: number;
}

export interface ThumbnailRow {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** The library's rows: names, contents, thumbnails. Writes are durable when they resolve. */
export interface LibraryIndex {
  files(): readonly FileRow[];
  /** Enters or replaces a name, and its content if it is new, in one transaction. */
  putFile(file: FileRow): Promise<void>;
  removeFile(tree: string, path: string): Promise<void>;
  folders(): readonly { readonly tree: string; readonly path: string }[];
  putFolder(tree: string, path: string): Promise<void>;
  removeFolder(tree: string, path: string): Promise<void>;
  contents(): readonly ContentRow[];
  putMetadata(
    content: ContentHash,
    metadata: string,
    parser: number,
    thumbnails: readonly ThumbnailRow[],
  ): Promise<void>;
  thumbnails(content: ContentHash): readonly ThumbnailRow[];
  /** Forgets a content that no name and no queue needs; the caller deletes the bytes afterwards. */
  removeContent(content: ContentHash): Promise<void>;
}
