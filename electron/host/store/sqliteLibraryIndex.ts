import * as z from "zod";
import { ContentHash } from "#shared/domain/ids.ts";
import type { ContentRow, FileRow, LibraryIndex, ThumbnailRow } from "./libraryIndex.ts";
import { setAside, type StoreContext } from "./quarantine.ts";

const StoredFile = z.object({
  tree: z.string(),
  path: z.string(),
  content: ContentHash,
  size: z.int(),
  modified: z.number(),
});
const StoredFolder = z.object({ tree: z.string(), path: z.string() });
const StoredContent = z
  .object({
    content: ContentHash,
    size: z.int(),
    added_at: z.number(),
    metadata: z.string().nullable(),
    parser: z.int(),
  })
  .transform(({ added_at, ...row }) => ({ ...row, addedAt: added_at }));
const StoredThumbnail = z.object({
  width: z.int(),
  height: z.int(),
  png: z.instanceof(Uint8Array),
});

/** The library's rows in SQLite. */
export class SqliteLibraryIndex implements LibraryIndex {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  files(): readonly FileRow[] {
    const sql = "SELECT tree, path, content, size, modified FROM files ORDER BY tree, path";
    return this.#keepGood("files", StoredFile, sql);
  }

  async putFile(file: FileRow): Promise<void> {
    const { database, clock, writes } = this.#context;
    const { tree, path, content, size, modified } = file;
    await writes.run(() => {
      database.run(
        "INSERT OR IGNORE INTO contents (content, size, added_at, metadata, parser) VALUES (?, ?, ?, NULL, 0)",
        content,
        size,
        Math.round(clock.now()),
      );
      database.run(
        "REPLACE INTO files (tree, key, path, content, size, modified) VALUES (?, ?, ?, ?, ?, ?)",
        tree,
        path.normalize("NFC"),
        path,
        content,
        size,
        Math.round(modified),
      );
    });
  }

  async removeFile(tree: string, path: string): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      database.run("DELETE FROM files WHERE tree = ? AND key = ?", tree, path.normalize("NFC"));
    });
  }

  folders(): readonly { readonly tree: string; readonly path: string }[] {
    const sql = "SELECT tree, path FROM folders ORDER BY tree, path";
    return this.#context.database.select(StoredFolder, sql);
  }

  async putFolder(tree: string, path: string): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      const key = path.normalize("NFC");
      database.run("REPLACE INTO folders (tree, key, path) VALUES (?, ?, ?)", tree, key, path);
    });
  }

  async removeFolder(tree: string, path: string): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      database.run("DELETE FROM folders WHERE tree = ? AND key = ?", tree, path.normalize("NFC"));
    });
  }

  contents(): readonly ContentRow[] {
    const sql = "SELECT content, size, added_at, metadata, parser FROM contents ORDER BY content";
    return this.#keepGood("contents", StoredContent, sql);
  }

  async putMetadata(
    content: ContentHash,
    metadata: string,
    parser: number,
    thumbnails: readonly ThumbnailRow[],
  ): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      const known = database.run(
        "UPDATE contents SET metadata = ?, parser = ? WHERE content = ?",
        metadata,
        parser,
        content,
      );
      // Parsing takes a while; the content may have been removed meanwhile.
      if (known === 0) return;
      database.run("DELETE FROM thumbnails WHERE content = ?", content);
      for (const { width, height, png } of thumbnails) {
        database.run(
          "INSERT INTO thumbnails (content, width, height, png) VALUES (?, ?, ?, ?)",
          content,
          width,
          height,
          png,
        );
      }
    });
  }

  thumbnails(content: ContentHash): readonly ThumbnailRow[] {
    return this.#context.database.select(
      StoredThumbnail,
      "SELECT width, height, png FROM thumbnails WHERE content = ? ORDER BY width, height",
      content,
    );
  }

  async removeContent(content: ContentHash): Promise<void> {
    const { database, writes } = this.#context;
    await writes.run(() => {
      database.run("DELETE FROM contents WHERE content = ?", content);
    });
  }

  #keepGood<T>(source: "files" | "contents", schema: z.ZodType<T>, sql: string): T[] {
    const { database } = this.#context;
    return database.all(sql).flatMap((row) => {
      const parsed = schema.safeParse(row);
      if (parsed.success) return [parsed.data];
      const { content } = z.object({ content: z.string() }).parse(row);
      const reason = z.prettifyError(parsed.error);
      setAside(this.#context, { source, key: content, reason, row }, () => {
        if (source === "contents") database.run("DELETE FROM files WHERE content = ?", content);
        database.run(`DELETE FROM ${source} WHERE content = ?`, content);
      });
      return [];
    });
  }
}
