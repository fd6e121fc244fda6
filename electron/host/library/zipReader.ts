import { pipeline, Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { AppError } from "#shared/rpc/errors.ts";
import type { FileReader } from "./filePort.ts";

// Signatures and record layouts: PKWARE APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const MAX_DIRECTORY_BYTES = 1024 * 1024;
const READ_BYTES = 1024 * 1024;

/** A file in an archive. Its sizes are the archive's word, checked while it is read. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerAt: number;
}

/** The files of a zip archive. Rejects with `bad_request` on what is none, or is split, encrypted or zip64. */
export async function readZipEntries(file: FileReader): Promise<readonly ZipEntry[]> {
  const tailAt = Math.max(0, file.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = viewOf(await file.read(tailAt, END_BYTES + MAX_COMMENT_BYTES));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw damaged("it is not a zip archive");
  const length = tail.getUint32(end + 12, true);
  const at = tail.getUint32(end + 16, true);
  if (length > MAX_DIRECTORY_BYTES || at + length > tailAt + end)
    throw damaged("its index is broken");
  return parseDirectory(await file.read(at, length));
}

/** The unpacked bytes of an entry; throws when they do not fit the archive's own size or checksum. */
export async function* readZipEntry(file: FileReader, entry: ZipEntry): AsyncIterable<Uint8Array> {
  const local = viewOf(await file.read(entry.headerAt, 30));
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw damaged(`the entry ${entry.name} is broken`);
  }
  const start = entry.headerAt + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = readRange(file, start, entry.packedSize);
  let size = 0;
  let crc = 0;
  for await (const chunk of entry.method === 0 ? packed : inflate(packed, entry)) {
    size += chunk.byteLength;
    if (size > entry.size) break;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged(`the entry ${entry.name} is broken`);
}

function parseDirectory(bytes: Uint8Array): readonly ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= view.byteLength) {
    if (view.getUint32(at, true) !== ENTRY_SIGNATURE) throw damaged("its index is broken");
    const nameLength = view.getUint16(at + 28, true);
    const next =
      at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damaged("its index is broken");
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const entry: ZipEntry = {
      name: Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString("utf8"),
      method,
      crc: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      headerAt: view.getUint32(at + 42, true),
    };
    // Folders and odd entries are skipped; only what can be read here is listed.
    const encrypted = (flags & 1) !== 0;
    if (!encrypted && (method === 0 || method === 8) && !entry.name.endsWith("/")) {
      entries.push(entry);
    }
    at = next;
  }
  return entries;
}

async function* readRange(
  file: FileReader,
  start: number,
  length: number,
): AsyncIterable<Uint8Array> {
  for (let done = 0; done < length;) {
    const chunk = await file.read(start + done, Math.min(READ_BYTES, length - done));
    if (chunk.byteLength === 0) return;
    done += chunk.byteLength;
    yield chunk;
  }
}

async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  entry: ZipEntry,
): AsyncIterable<Uint8Array> {
  const unpacked = createInflateRaw({ chunkSize: 256 * 1024 });
  pipeline(Readable.from(packed), unpacked, () => {
    // Errors surface in the loop below, which reads the same stream.
  });
  try {
    const chunks: AsyncIterable<unknown> = unpacked;
    for await (const chunk of chunks) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw damaged(`the entry ${entry.name} is broken`, error);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(reason: string, cause?: unknown): AppError {
  return new AppError("bad_request", `The package cannot be unpacked: ${reason}.`, { cause });
}
