import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContentHash } from "#shared/domain/ids.ts";
import { printableName, stagedPath } from "../../../electron/host/library/stagedPath.ts";

const CONTENT = ContentHash.parse("0123abcd".padEnd(64, "0"));

describe("stagedPath", () => {
  it("keeps two versions of one name apart", () => {
    const other = ContentHash.parse("f".repeat(64));
    expect(stagedPath(CONTENT, "bracket.gcode")).toBe("nextplate/0123abcd/bracket.gcode");
    expect(stagedPath(other, "bracket.gcode")).not.toBe(stagedPath(CONTENT, "bracket.gcode"));
  });

  it.each([
    ["bracket.gcode", "bracket.gcode"],
    ["parts/left/bracket.gcode", "bracket.gcode"],
    ["BRACKET.GCODE", "BRACKET.gcode"],
    ["bracket.nc", "bracket.gcode"],
    ["bracket.ufp", "bracket.gcode"],
    ["bracket", "bracket.gcode"],
    ["v1.2", "v1.2.gcode"],
    ["a.gcode.gcode", "a.gcode.gcode"],
    ['say "hi".gcode', "say _hi_.gcode"],
    ["back\\slash.gcode", "back_slash.gcode"],
    ["two\nlines\u0007.gcode", "twolines.gcode"],
    [".hidden.gcode", "hidden.gcode"],
    ["...", "print.gcode"],
    ["  spaced  .gcode", "spaced.gcode"],
    ["ünïcode 字.gcode", "ünïcode 字.gcode"],
    ["lone\ud800.gcode", "lone.gcode"],
  ])("makes %j printable as %j", (name, printable) => {
    expect(printableName(name)).toBe(printable);
  });

  it("gives any name a form that Klipper opens and no start command breaks on", () => {
    const odd = fc.constantFrom(
      ...Array.from("a.G /\\\"'`*\n\0\u007f\u200b\u2028ü字😀"),
      ".gcode",
      "\ud800",
      "e\u0301",
    );
    fc.assert(
      fc.property(fc.string({ unit: odd, maxLength: 400 }), (name) => {
        const printable = printableName(name);
        expect(printable).toMatch(/^[^./\\"'\p{Cc}\p{Cs}][^/\\"'\p{Cc}\p{Cs}]*\.gcode$/u);
        expect(Buffer.byteLength(printable)).toBeLessThanOrEqual(180);
        expect(printableName(printable)).toBe(printable);
      }),
      { numRuns: 1_000 },
    );
  });
});
