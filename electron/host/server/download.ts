import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { ContentHash } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Library, LibraryFile, Tree } from "../library/library.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import { folderOf, thumbnailName } from "./fileItems.ts";
import type { GcodeArchive } from "./gcodeArchives.ts";

/**
 * Sends a file of a tree, or a part of it, or a thumbnail from a `.thumbs` folder. What is `running` has the
 * thumbnails it was started with, and its bytes also when nothing has its name any more.
 */
export async function sendFile(
  library: Library,
  tree: Tree,
  path: string,
  running: LibraryFile | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = library.find(tree, path) ?? (running?.path === path ? running : undefined);
  if (file !== undefined) return sendContent(library, file, request, response);
  const png = await namedThumbnail(library, tree, path, running);
  if (png === undefined) throw new AppError("not_found", "Not Found");
  sendPng(request, response, png);
}

/** Sends an archive that was packed here. */
export async function sendArchive(
  { item, file }: GcodeArchive,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Content-Type", "application/zip");
  response.setHeader("Content-Length", item.size);
  response.setHeader(
    "Content-Disposition",
    disposition(item.path.slice(item.path.lastIndexOf("/") + 1)),
  );
  response.writeHead(200);
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response);
}

/** Sends a file that lies on a printer only: its g-code, or a picture beside it. */
export async function sendFromPrinter(
  link: Pick<PrinterLink, "openFile">,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const aborted = new AbortController();
  response.once("close", () => aborted.abort());
  const bytes = await link.openFile(path, aborted.signal);
  response.setHeader("Content-Type", path.endsWith(".png") ? "image/png" : "text/plain");
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (request.method === "HEAD") {
    bytes.destroy();
    response.end();
    return;
  }
  await pipeline(bytes, response);
}

/** Sends the thumbnail of a content best fit for a width in pixels. */
export function sendThumbnail(
  library: Pick<Library, "thumbnail">,
  hash: string,
  width: number,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const content = ContentHash.safeParse(hash);
  const png = content.success ? library.thumbnail(content.data, width) : undefined;
  if (png === undefined) throw new AppError("not_found", "This file has no thumbnail");
  // A content never changes, so neither does its picture.
  response.setHeader("Cache-Control", "private, max-age=31536000, immutable");
  sendPng(request, response, png);
}

async function sendContent(
  library: Library,
  file: LibraryFile,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const local = await library.localPath(file.content);
  const base = file.path.slice(file.path.lastIndexOf("/") + 1);
  response.setHeader("Content-Type", "text/plain");
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Last-Modified", new Date(file.modified).toUTCString());
  response.setHeader("Content-Disposition", disposition(base));
  const range = parseRange(request.headers.range, file.size);
  if (range === "unsatisfiable") {
    response.writeHead(416, { "Content-Range": `bytes */${file.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  response.setHeader("Content-Length", end - start + 1);
  if (range !== null) response.setHeader("Content-Range", `bytes ${start}-${end}/${file.size}`);
  response.writeHead(range === null ? 200 : 206);
  if (request.method === "HEAD" || file.size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(local, { start, end }), response);
}

function sendPng(request: IncomingMessage, response: ServerResponse, png: Uint8Array): void {
  response.setHeader("Content-Type", "image/png");
  response.setHeader("Content-Length", png.byteLength);
  response.writeHead(200).end(request.method === "HEAD" ? undefined : png);
}

async function namedThumbnail(
  library: Library,
  tree: Tree,
  path: string,
  running: LibraryFile | undefined,
): Promise<Uint8Array | undefined> {
  const parts = /^(.*\/)?\.thumbs\/([^/]+-\d+x\d+\.png)$/.exec(path);
  const wanted = parts?.[2];
  if (wanted === undefined) return undefined;
  for (const file of [...(running === undefined ? [] : [running]), ...library.list(tree)]) {
    if (folderOf(file.path) !== (parts?.[1] ?? "")) continue;
    if (!wanted.startsWith(thumbnailName(file.path, 0, 0).slice(0, -"-0x0.png".length))) continue;
    const { thumbnails } = await library.whenParsed(file.content);
    for (const { width, height } of thumbnails) {
      if (thumbnailName(file.path, width, height) === wanted) {
        return library.thumbnail(file.content, width);
      }
    }
  }
  return undefined;
}

/** One range of bytes, both ends included; null = the whole. Several ranges are answered with the whole. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null) return null;
  const [first = "", last = ""] = match.slice(1);
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  return start > end || start >= size ? "unsatisfiable" : { start, end };
}

/** Both forms of the name: plain for old clients, UTF-8 for the true one. */
function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
