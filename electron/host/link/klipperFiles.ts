import { createHash, randomBytes } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join, posix, sep } from "node:path";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { fileError, isMissing } from "./klipperFileErrors.ts";
import type { FolderListing, Pace, UploadOptions } from "./printerLink.ts";

/** Bytes. */
const CHUNK = 256 * 1024;
/** Klipper opens none of these, so a half-written file can never be printed. */
const UNFINISHED = ".part";

/** Where below the folder a path of the printer lies. Throws `bad_request` for one that would leave it. */
export function within(folder: string, path: string): string {
  const parts = path.split("/");
  const odd = parts.some((part) => part === "" || part === "." || part === "..");
  if (odd || path.includes("\0") || (sep === "\\" && path.includes(sep))) {
    throw new AppError("bad_request", `${path} is no path below the printer's folder`);
  }
  return join(folder, ...parts);
}

/**
 * Copies a file to `path` below the folder. It has its name only when every byte is on the disk: written
 * under a name Klipper cannot open, synced, then renamed.
 */
export async function storeFile(
  folder: string,
  localPath: string,
  path: string,
  options: UploadOptions,
): Promise<StagedFile> {
  const target = within(folder, path);
  const parent = dirname(target);
  const unfinished = join(parent, `.nextplate-${randomBytes(8).toString("hex")}${UNFINISHED}`);
  try {
    // The folder itself must be there: a path that is not mounted must not be made up.
    await stat(folder);
    await mkdir(parent, { recursive: true });
    await copy(localPath, unfinished, options);
    options.signal.throwIfAborted();
    await rename(unfinished, target);
    await syncFolder(parent);
    const { size, mtimeMs } = await stat(target);
    return { path, size, modified: mtimeMs / 1000 };
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    if (options.signal.aborted) throw new AppError("unavailable", "Cancelled", { cause: error });
    throw fileError(error, folder);
  }
}

async function copy(from: string, to: string, options: UploadOptions): Promise<void> {
  const { signal, onProgress, pace } = options;
  const file = await open(to, "wx", 0o664);
  try {
    let sent = 0;
    for await (const chunk of createReadStream(from, { highWaterMark: CHUNK, signal })) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      await pace?.(bytes.length);
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
      sent += bytes.length;
      onProgress(sent);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename durable; where folders cannot be synced, the disk does it in its own time. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** Size and time as the disk has them; null when there is no such file. */
export async function statFile(folder: string, path: string): Promise<StagedFile | null> {
  try {
    const found = await stat(within(folder, path));
    return found.isFile() ? { path, size: found.size, modified: found.mtimeMs / 1000 } : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileError(error, folder);
  }
}

/** A stored file's bytes; `not_found` when there is none. */
export async function openFile(
  folder: string,
  path: string,
  signal: AbortSignal,
): Promise<ReadStream> {
  if ((await statFile(folder, path)) === null) {
    throw new AppError("not_found", `The printer has no file ${path}`);
  }
  return createReadStream(within(folder, path), { highWaterMark: CHUNK, signal });
}

export async function hashFile(
  folder: string,
  path: string,
  signal: AbortSignal,
  pace?: Pace,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  const stream = await openFile(folder, path, signal);
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      await pace?.(bytes.length);
      hash.update(bytes);
      size += bytes.length;
    }
  } catch (error) {
    if (signal.aborted) throw new AppError("unavailable", "Cancelled", { cause: error });
    throw fileError(error, folder);
  }
  return { sha256: hash.digest("hex"), size };
}

export async function listFolder(folder: string, path: string): Promise<FolderListing | null> {
  const files: StagedFile[] = [];
  const folders: string[] = [];
  try {
    const entries = await readdir(path === "" ? folder : within(folder, path), {
      withFileTypes: true,
    });
    for (const entry of entries) {
      // Hidden files and what Klipper's own notes keep are no prints.
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) folders.push(entry.name);
      // A link counts as what it leads to.
      const file = await statFile(folder, posix.join(path, entry.name));
      if (file !== null) files.push(file);
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileError(error, folder);
  }
  return { files, folders };
}

/** Removes a file, and its folder when nothing else is in it. */
export async function deleteFile(folder: string, path: string): Promise<void> {
  const target = within(folder, path);
  try {
    await rm(target, { force: true });
  } catch (error) {
    throw fileError(error, folder);
  }
  // A folder that holds anything stays.
  if (path.includes("/")) await rmdir(dirname(target)).catch(() => {});
}

/** Bytes free for us on the disk of the folder. */
export async function freeSpace(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw fileError(error, folder);
  }
}

/** Hidden, so that no listing of prints shows it. */
function notePath(folder: string, name: string): string {
  if (!/^[\w-]{1,64}$/.test(name)) throw new AppError("bad_request", `${name} is no note's name`);
  return join(folder, "nextplate", `.${name}.json`);
}

/** What hosts left beside the g-code; undefined when there is nothing, or nothing that can be read. */
export async function readNote(folder: string, name: string): Promise<unknown> {
  try {
    const note: unknown = JSON.parse(await readFile(notePath(folder, name), "utf8"));
    return note ?? undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw fileError(error, folder);
  }
}

/** Replaces a note in one step: readers see the old one or the new one. */
export async function writeNote(folder: string, name: string, value: object | null): Promise<void> {
  const target = notePath(folder, name);
  const unfinished = `${target}.${randomBytes(8).toString("hex")}${UNFINISHED}`;
  try {
    await stat(folder);
    if (value === null) return await rm(target, { force: true });
    await mkdir(dirname(target), { recursive: true });
    const file = await open(unfinished, "wx", 0o664);
    try {
      await file.writeFile(JSON.stringify(value));
    } finally {
      await file.close();
    }
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw fileError(error, folder);
  }
}
