/** What ends a frame on Klipper's socket; JSON never holds it unescaped. */
export const FRAME_END = 0x03;

/** A frame, or how many bytes of one that was too long to keep. */
export type Framed =
  | { readonly kind: "frame"; readonly text: string }
  | { readonly kind: "oversized"; readonly bytes: number };

/**
 * Cuts a byte stream into frames, wherever the network split it: text is decoded only when a frame is
 * whole. A frame beyond `limit` bytes is left out, and the stream goes on behind it.
 */
export class FrameDecoder {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): readonly Framed[] {
    const frames: Framed[] = [];
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(FRAME_END, from);
      if (end < 0) break;
      this.#keep(chunk.subarray(from, end));
      frames.push(this.#take());
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return frames;
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > this.#limit) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  #take(): Framed {
    const bytes = this.#length;
    const parts = this.#parts;
    this.#parts = [];
    this.#length = 0;
    if (bytes > this.#limit) return { kind: "oversized", bytes };
    return { kind: "frame", text: Buffer.concat(parts).toString("utf8") };
  }
}

/** One frame for Klipper's socket. */
export function encodeFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, "utf8"), Buffer.of(FRAME_END)]);
}
