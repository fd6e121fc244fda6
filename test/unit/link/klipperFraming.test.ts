import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameDecoder } from "../../../electron/host/link/klipperFraming.ts";

/** The stream cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe("frames of Klipper's socket", () => {
  it("come out as they went in, wherever the stream was cut", () => {
    const text = fc
      .string({ unit: "binary" })
      .map((s) => s.replaceAll(/\p{Surrogate}/gu, "").replaceAll("\x03", ""));
    fc.assert(
      fc.property(fc.array(text), fc.array(fc.nat(10_000)), (texts, places) => {
        const decoder = new FrameDecoder(1_000_000);
        const stream = Buffer.concat(texts.map((one) => encodeFrame(one)));
        const frames = cut(stream, places).flatMap((piece) => decoder.push(piece));
        expect(frames).toEqual(texts.map((one) => ({ kind: "frame", text: one })));
      }),
    );
  });

  it("that are too long are left out, and the next one is whole again", () => {
    const decoder = new FrameDecoder(10);
    expect(decoder.push(Buffer.from("0123456"))).toEqual([]);
    expect(decoder.push(Buffer.from("789ab"))).toEqual([]);
    expect(decoder.push(Buffer.from("cdef\x03short\x03"))).toEqual([
      { kind: "oversized", bytes: 16 },
      { kind: "frame", text: "short" },
    ]);
  });

  it("of the very limit are kept", () => {
    expect(new FrameDecoder(5).push(Buffer.from("12345\x03"))).toEqual([
      { kind: "frame", text: "12345" },
    ]);
  });
});
