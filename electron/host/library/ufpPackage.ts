import { AppError } from "#shared/rpc/errors.ts";
import type { FileReader } from "./filePort.ts";
import {
  formatThumbnail,
  hasThumbnail,
  MAX_THUMBNAIL_BYTES,
  pngSize,
} from "./gcodeMetadata/thumbnails.ts";
import { SNIFF_BYTES } from "./gcodeSniff.ts";
import { readZipEntries, readZipEntry, type ZipEntry } from "./zipReader.ts";

/**
 * The g-code in one of Cura's packages (`/3D/model.gcode`). The package's picture is put in front as the
 * comment block every slicer writes, unless the g-code has one: so it stays with the bytes, and the
 * printer's own Moonraker shows it too.
 * Throws `bad_request` when the package is damaged or holds no g-code.
 */
export async function* readUfpGcode(file: FileReader): AsyncIterable<Uint8Array> {
  const entries = await readZipEntries(file);
  const model = findEntry(entries, "3d/model.gcode");
  if (model === undefined) {
    throw new AppError("bad_request", "The package holds no /3D/model.gcode: slice it again.");
  }
  const picture = await readPicture(file, findEntry(entries, "metadata/thumbnail.png"));
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of readZipEntry(file, model)) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.byteLength < SNIFF_BYTES) continue;
    yield withPicture(head, picture);
    head = undefined;
  }
  if (head !== undefined) yield withPicture(head, picture);
}

function findEntry(entries: readonly ZipEntry[], name: string): ZipEntry | undefined {
  return entries.find((entry) => entry.name.replace(/^\/+/, "").toLowerCase() === name);
}

/** A picture that cannot be used is no reason to refuse the g-code. */
async function readPicture(
  file: FileReader,
  entry: ZipEntry | undefined,
): Promise<Uint8Array | undefined> {
  if (entry === undefined || entry.size > MAX_THUMBNAIL_BYTES) return undefined;
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readZipEntry(file, entry)) chunks.push(chunk);
    const png = Buffer.concat(chunks);
    return pngSize(png) === undefined ? undefined : png;
  } catch {
    return undefined;
  }
}

function withPicture(head: Uint8Array, picture: Uint8Array | undefined): Uint8Array {
  const text = Buffer.from(head).toString("latin1");
  if (picture === undefined || hasThumbnail(text)) return head;
  return Buffer.concat([Buffer.from(formatThumbnail(picture)), head]);
}
