/** A picture as the slicer embedded it. */
export interface EmbeddedThumbnail {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array<ArrayBuffer>;
}

/** Larger pictures are left out: they are for a list, and a hostile file must not fill the store. */
export const MAX_THUMBNAIL_BYTES = 2 * 1024 * 1024;
const MAX_THUMBNAILS = 16;
const BEGIN = /^;\s*thumbnail(?:_PNG)? begin (\d{1,5})[x ](\d{1,5}) (\d{1,8})\s*$/i;
const END = /^;\s*thumbnail(?:_PNG)? end\s*$/i;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The PNG pictures in g-code comments. QOI and JPEG blocks are passed over: Moonraker's clients expect PNG,
 * and the slicers that write those write a PNG next to them. So are blocks that are cut short, whose length
 * is not the announced one, or which hold no PNG. Of two of one size the first counts.
 */
export function parseThumbnails(lines: Iterable<string>): readonly EmbeddedThumbnail[] {
  const found: EmbeddedThumbnail[] = [];
  let block: { width: number; height: number; announced: number; base64: string } | undefined;
  for (const line of lines) {
    const begin = BEGIN.exec(line);
    if (begin !== null) {
      const [, width, height, announced] = begin;
      block = {
        width: Number(width),
        height: Number(height),
        announced: Number(announced),
        base64: "",
      };
    } else if (block !== undefined && END.test(line)) {
      const { width, height } = block;
      const png = decode(block.base64, block.announced);
      const twice = found.some((other) => other.width === width && other.height === height);
      if (png !== undefined && !twice && found.length < MAX_THUMBNAILS) {
        found.push({ width, height, png });
      }
      block = undefined;
    } else if (block !== undefined) {
      if (!line.startsWith(";") || block.base64.length > block.announced) block = undefined;
      else block.base64 += line.replace(/^;\s*/, "").trimEnd();
    }
  }
  return found;
}

/** Whether a text has such a block; used to avoid writing a second one. */
export function hasThumbnail(text: string): boolean {
  return /^;\s*thumbnail(?:_PNG)? begin /im.test(text);
}

/** The block every slicer writes, 78 characters of base64 a line. */
export function formatThumbnail(png: Uint8Array): string {
  const size = pngSize(png) ?? { width: 0, height: 0 };
  const base64 = Buffer.from(png).toString("base64");
  const rows = base64.match(/.{1,78}/g) ?? [];
  return [
    `; thumbnail begin ${size.width}x${size.height} ${base64.length}`,
    ...rows.map((row) => `; ${row}`),
    "; thumbnail end",
    "",
  ].join("\n");
}

/** Width and height in pixels from a PNG's first chunk, or undefined when it is no PNG. */
export function pngSize(png: Uint8Array): { width: number; height: number } | undefined {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.byteLength < 24 || !bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function decode(base64: string, announced: number): Uint8Array<ArrayBuffer> | undefined {
  if (base64.length !== announced || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  const png = Buffer.from(base64, "base64");
  if (png.byteLength > MAX_THUMBNAIL_BYTES || pngSize(png) === undefined) return undefined;
  return new Uint8Array(png);
}
