import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SNIFF_BYTES, whyNotGcode } from "../../../electron/host/library/gcodeSniff.ts";

const reasonFor = (text: string | Uint8Array, complete = true): string | undefined =>
  whyNotGcode(Buffer.from(text), complete);

describe("what passes for g-code", () => {
  it.each([
    ["a tiny file", "G28\nG1 X10 Y0 E1 F3000\nM400\n"],
    ["Windows line ends", "; made by hand\r\nG28\r\n"],
    ["numbered lines", "N10 G28\nN20 G1 X1\n"],
    ["a tool change alone", "T0\n"],
    ["lower case", "g28\ng1 x10\n"],
    ["a macro with parameters", "PRINT_START BED=60 EXTRUDER=210\n"],
    ["a macro in lower case", "print_start bed=60\n"],
    ["a macro with a comment", "; start\nSTART_PRINT ; go\n"],
    ["a byte order mark", "\uFEFFG28\n"],
    ["comments in any language", "; Größe für später, 日本語\nG28\n"],
    ["a JSON setting in a comment", '; {"a": 1}\nG28\n'],
  ])("%s", (_, text) => {
    expect(reasonFor(text)).toBeUndefined();
  });

  it("a start of nothing but pictures, when the file goes on", () => {
    const picture = `; thumbnail begin 400x400 100000\n${`; ${"A".repeat(76)}\n`.repeat(900)}`;
    const head = picture.slice(0, SNIFF_BYTES);
    expect(reasonFor(head, false)).toBeUndefined();
    expect(reasonFor(head, true)).toBe("it has no g-code commands");
  });

  it("every real file of the fixtures", async () => {
    const folder = new URL("../../fixtures/gcode/", import.meta.url);
    const names = await readdir(folder);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const head = (await readFile(new URL(name, folder))).subarray(0, SNIFF_BYTES);
      expect([name, whyNotGcode(head, false)]).toEqual([name, undefined]);
    }
  });
});

describe("what is refused, and why", () => {
  it.each([
    ["", "it is empty"],
    ["G28\0G1", "it holds binary data"],
    [Buffer.from("G28\nG1 X1\n", "utf16le"), "it holds binary data"],
    [Buffer.from(Array.from({ length: 600 }, (_, n) => (n * 7) % 256)), "it holds binary data"],
    ["GCDE\u0001\0\0\0", "it is binary g-code"],
    ["PK\u0003\u0004rest", "it is a zip archive"],
    ["\n<!DOCTYPE html><html>", "it is a web page or XML"],
    ["<?xml version='1.0'?><svg/>", "it is a web page or XML"],
    ['{"error": 404}', "it is JSON"],
    ["[1, 2, 3]", "it is JSON"],
    ["{}", "it is JSON"],
    ["; only a comment\n\n", "it has no g-code commands"],
    ["Dear printer,\nplease print this.\nthanks\n", "it has no g-code commands"],
    ["solid cube\nfacet normal 0 0 1\nendsolid\n", "it has no g-code commands"],
  ])("%j", (text, reason) => {
    expect(reasonFor(text)).toContain(reason);
  });

  it("a very long line without slowing down", () => {
    const began = performance.now();
    expect(reasonFor("A_".repeat(SNIFF_BYTES / 2), false)).toBe("it has no g-code commands");
    expect(reasonFor(`A A=${"A=".repeat(SNIFF_BYTES / 2)}`, true)).toBeDefined();
    expect(performance.now() - began).toBeLessThan(500);
  });
});
