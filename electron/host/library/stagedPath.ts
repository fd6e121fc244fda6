import type { ContentHash } from "#shared/domain/ids.ts";

/** The folder below a printer's gcodes root that belongs to us. */
const STAGING_FOLDER = "nextplate";
/** Bytes: file systems end at 255, and thumbnails and temporary files get a suffix. */
const LONGEST_NAME = 180;

/**
 * Where a content lies on a printer: `nextplate/<first 8 hex of its hash>/<name>`, so that two versions of
 * one name never mix. The name is the library's, made what Klipper can open and a start command can hold:
 * no control characters, quotes or backslashes, not hidden, `.gcode` in lower case (observed on Klipper
 * v0.13.0-730: other extensions and cases are listed and cannot be opened).
 */
export function stagedPath(content: ContentHash, filename: string): string {
  return `${STAGING_FOLDER}/${content.slice(0, 8)}/${printableName(filename)}`;
}

/** Whether a path below gcodes has the shape of those above. */
export function isStagedPath(path: string): boolean {
  return /^nextplate\/[0-9a-f]{8}\/[^/]+\.gcode$/.test(path);
}

/** A file name Klipper can open, as near to the given one as possible. */
export function printableName(filename: string): string {
  const basename = filename.slice(filename.lastIndexOf("/") + 1);
  const stem = basename
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
    .normalize("NFC")
    .replace(/\.(gcode|gco|g|nc|ufp)$/i, "")
    .replace(/["'`\\:*?<>|]/g, "_")
    .replace(/^[.\s]+/, "");
  const short = firstBytes(stem, LONGEST_NAME - ".gcode".length).replace(/[.\s]+$/, "");
  return `${short === "" ? "print" : short}.gcode`;
}

/** The longest prefix of whole characters within that many bytes. */
function firstBytes(text: string, limit: number): string {
  let bytes = 0;
  let prefix = "";
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    prefix += character;
  }
  return prefix;
}
