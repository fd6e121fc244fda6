import { describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import {
  checkFilePath,
  checkFolderPath,
  isPackageName,
  parentFolders,
  pathKey,
  unpackedName,
} from "../../../electron/host/library/libraryPath.ts";

function refusalOf(path: string): string {
  try {
    checkFilePath(path);
  } catch (error) {
    if (error instanceof AppError && error.code === "bad_request") return error.message;
    throw error;
  }
  return "accepted";
}

describe("names of g-code files", () => {
  it.each([
    "a.gcode",
    "UPPER.GCODE",
    "x.g",
    "x.gco",
    "x.nc",
    "x.ufp",
    "sub/deep/c.gcode",
    "with space.gcode",
    "comma,name.gcode",
    "ünïcode.gcode",
    "back\\slash.gcode",
    "100% [PLA] (2).gcode",
    "..hidden..gcode",
    `${"x".repeat(249)}.gcode`,
  ])("accepts %j as it is", (path) => {
    expect(refusalOf(path)).toBe("accepted");
  });

  it.each([
    ["", "is empty"],
    ["/a.gcode", "starts with a slash"],
    ["../a.gcode", 'contains ".."'],
    ["a/../../b.gcode", 'contains ".."'],
    ["a/./b.gcode", 'contains "."'],
    ["a//b.gcode", "empty folder or file name"],
    ["folder/", "empty folder or file name"],
    ["a\0.gcode", "control character"],
    ["a\nb.gcode", "line break"],
    ["a\u2028b.gcode", "line break"],
    ["a\u0085.gcode", "control character"],
    ["\u007f.gcode", "control character"],
    ["\ud800.gcode", "not valid Unicode"],
    [`${"x".repeat(250)}.gcode`, "a part longer than 255 bytes"],
    [`${"é".repeat(125)}.gcode`, "a part longer than 255 bytes"],
    [`${"folder/".repeat(143)}a.gcode`, "longer than 1000 bytes"],
    ["notes.txt", "does not end in .gcode"],
    ["gcode", "does not end in .gcode"],
  ])("refuses %j and says what is wrong", (path, problem) => {
    expect(refusalOf(path)).toContain(problem);
  });

  it("shows a very long name shortened in the message", () => {
    expect(refusalOf("x".repeat(5000)).length).toBeLessThan(250);
  });

  it("compares composed and decomposed letters as the same name", () => {
    expect(pathKey("u\u0308.gcode")).toBe(pathKey("\u00fc.gcode"));
    expect(pathKey("A.gcode")).not.toBe(pathKey("a.gcode"));
  });

  it("stores a package under the name of its g-code", () => {
    expect(isPackageName("a/Part.UFP")).toBe(true);
    expect(unpackedName("a/Part.UFP")).toBe("a/Part.gcode");
  });

  it("lists the folders above a file, outermost first", () => {
    expect(parentFolders("a/b/c.gcode")).toEqual(["a", "a/b"]);
    expect(parentFolders("c.gcode")).toEqual([]);
  });

  it("takes any confined name for a folder", () => {
    expect(() => checkFolderPath("2026/parts")).not.toThrow();
    expect(() => checkFolderPath("../parts")).toThrow("folder name");
  });
});
