import { Readable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";

// Signatures and record layouts: PKWARE APPNOTE.TXT, sections 4.3.7, 4.3.9, 4.3.12 and 4.3.16.
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
/** Sizes follow the bytes; names are UTF-8. */
const FLAGS = 0x0808;
const VERSION = 20;
/** More, in bytes or members, would need the records of zip64. */
export const MOST_ZIP_BYTES = 0xffff_ffff - 64 * 1024 * 1024;
export const MOST_ZIP_MEMBERS = 65_000;

export interface ZipMember {
  readonly name: string;
  /** Wall milliseconds. */
  readonly modified: number;
  readonly bytes: () => Promise<Readable>;
}

interface Written {
  readonly name: Buffer;
  readonly stamp: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/**
 * The bytes of an archive, one member after the other and as fast as they are taken: memory is that of one
 * chunk. `store` leaves members as they are. Rejects with what a member's bytes reject with.
 */
export async function* zipBytes(
  members: Iterable<ZipMember>,
  store: boolean,
): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  const method = store ? 0 : 8;
  let at = 0;
  for (const { name: text, modified, bytes } of members) {
    const name = Buffer.from(text, "utf8");
    const stamp = dosTime(modified);
    const head = record([LOCAL, 4], [VERSION, 2], [FLAGS, 2], [method, 2], [stamp, 4]);
    yield Buffer.concat([head, record([0, 4], [0, 4], [0, 4], [name.length, 2], [0, 2]), name]);
    let crc = 0;
    let size = 0;
    let packed = 0;
    async function* counted(source: Readable): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
        crc = crc32(piece, crc);
        size += piece.length;
        yield piece;
      }
    }
    const plain = counted(await bytes());
    for await (const piece of store ? plain : deflated(plain)) {
      packed += piece.length;
      yield piece;
    }
    yield record([DESCRIPTOR, 4], [crc, 4], [packed, 4], [size, 4]);
    written.push({ name, stamp, crc, packed, size, at });
    at += head.length + 16 + name.length + packed + 16;
  }
  const start = at;
  for (const { name, stamp, crc, packed, size, at: begins } of written) {
    const entry = Buffer.concat([
      record([ENTRY, 4], [VERSION, 2], [VERSION, 2], [FLAGS, 2], [method, 2], [stamp, 4]),
      record([crc, 4], [packed, 4], [size, 4], [name.length, 2]),
      record([0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [begins, 4]),
      name,
    ]);
    yield entry;
    at += entry.length;
  }
  const count = written.length;
  yield record(
    [END, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [at - start, 4],
    [start, 4],
    [0, 2],
  );
}

async function* deflated(plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(plain, { objectMode: false });
  const packer = createDeflateRaw();
  source.on("error", (error) => packer.destroy(error));
  try {
    for await (const chunk of source.pipe(packer)) {
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    }
  } finally {
    source.destroy();
    packer.destroy();
  }
}

function record(...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const out = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) {
    out.writeUIntLE(value >>> 0, at, bytes);
    at += bytes;
  }
  return out;
}

/** Local time as DOS wrote it, date in the upper half; two seconds are the finest it knows. */
function dosTime(at: number): number {
  const date = new Date(at);
  const year = Math.min(127, Math.max(0, date.getFullYear() - 1980));
  const day = (year << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
