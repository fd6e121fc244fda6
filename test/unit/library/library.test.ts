import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { LibraryChange } from "../../../electron/host/library/library.ts";
import {
  codeOf,
  openTestLibrary,
  ROOMY,
  TINY_GCODE,
  traces,
  upload,
  type TestLibrary,
} from "../../support/openTestLibrary.ts";

const OTHER_GCODE = "G28\nG1 X20 Y5 E1 F1200\nM400\n";
const voron = PrinterId.parse("voron");
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

let opened: TestLibrary;
beforeEach(async () => {
  opened = await openTestLibrary();
});
afterEach(() => opened.dispose());

describe("taking a file in", () => {
  it("keeps the bytes under their hash and the name exactly as sent", async () => {
    const file = await opened.library.intake("farm:", "Süß/a b.GCODE", upload(TINY_GCODE), ROOMY);
    expect(file).toMatchObject({
      tree: "farm:",
      path: "Süß/a b.GCODE",
      content: hashOf(TINY_GCODE),
      size: TINY_GCODE.length,
    });
    const path = await opened.library.localPath(file.content);
    expect(path).toBe(join(opened.dir, "contents", file.content.slice(0, 2), file.content));
    expect(await readFile(path, "utf8")).toBe(TINY_GCODE);
    expect(await readdir(join(opened.dir, "incoming"))).toEqual([]);
  });

  it("accepts the checksum in any case", async () => {
    const checksum = hashOf(TINY_GCODE).toUpperCase();
    const file = opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), {
      ...ROOMY,
      checksum,
    });
    expect(await codeOf(file)).toBe("fulfilled");
  });

  it("stores equal bytes once, however many names they have", async () => {
    await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await opened.library.intake(voron, "b.gcode", upload(TINY_GCODE), ROOMY);
    expect(await traces(opened)).toMatchObject({ disk: [hashOf(TINY_GCODE)] });
  });

  it("replaces a present name, also in its other Unicode form, and keeps the old bytes", async () => {
    const seen: LibraryChange["kind"][] = [];
    opened.library.onDidChange((change) => seen.push(change.kind));
    const old = await opened.library.intake("farm:", "\u00fc.gcode", upload(TINY_GCODE), ROOMY);
    await opened.library.intake("farm:", "u\u0308.gcode", upload(OTHER_GCODE), ROOMY);
    expect(opened.library.list("farm:").map((file) => [file.path, file.content])).toEqual([
      ["u\u0308.gcode", hashOf(OTHER_GCODE)],
    ]);
    expect(await readFile(await opened.library.localPath(old.content), "utf8")).toBe(TINY_GCODE);
    expect(seen).toEqual(["created", "replaced"]);
  });

  it("keeps each printer's names apart", async () => {
    await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await opened.library.intake(voron, "a.gcode", upload(OTHER_GCODE), ROOMY);
    expect(opened.library.find("farm:", "a.gcode")?.content).toBe(hashOf(TINY_GCODE));
    expect(opened.library.find(voron, "a.gcode")?.content).toBe(hashOf(OTHER_GCODE));
    expect(opened.library.find(PrinterId.parse("other"), "a.gcode")).toBeUndefined();
  });

  it("takes many files at once", async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        opened.library.intake("farm:", `${n % 4}/${n}.gcode`, upload(`G28\nG1 X${n % 7}\n`), ROOMY),
      ),
    );
    expect(opened.library.list("farm:")).toHaveLength(40);
    expect(opened.index.contents()).toHaveLength(7);
    expect(opened.library.folders("farm:")).toEqual(["0", "1", "2", "3"]);
  });
});

describe("names and folders", () => {
  it("are all there after reopening", async () => {
    const { library, dir, index } = opened;
    await library.intake("farm:", "a/b/c.gcode", upload(TINY_GCODE), ROOMY);
    await library.createFolder(voron, "empty");
    const before = library.list("farm:");
    await library.close();
    opened = await openTestLibrary({ dir, index });
    expect(opened.library.list("farm:")).toEqual(before);
    expect(opened.library.folders("farm:")).toEqual(["a", "a/b"]);
    expect(opened.library.folders(voron)).toEqual(["empty"]);
  });

  it("a folder outlives its last file", async () => {
    await opened.library.intake("farm:", "a/b.gcode", upload(TINY_GCODE), ROOMY);
    const removed = await opened.library.remove("farm:", "a/b.gcode");
    expect(removed.path).toBe("a/b.gcode");
    expect(opened.library.list("farm:")).toEqual([]);
    expect(opened.library.folders("farm:")).toEqual(["a"]);
  });

  it("removing what is not there is not_found", async () => {
    expect(await codeOf(opened.library.remove("farm:", "no.gcode"))).toBe("not_found");
  });

  it("enters a content of the farm under a printer's name", async () => {
    const file = await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    const linked = await opened.library.link(voron, "own/a.gcode", file.content);
    expect(linked).toMatchObject({ tree: voron, path: "own/a.gcode", content: file.content });
    const unknown = ContentHash.parse("0".repeat(64));
    expect(await codeOf(opened.library.link(voron, "b.gcode", unknown))).toBe("not_found");
    expect(await codeOf(opened.library.link(voron, "/b.gcode", file.content))).toBe("bad_request");
  });

  it("does not hand out a path whose bytes are gone", async () => {
    const file = await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await rm(await opened.library.localPath(file.content));
    expect(await codeOf(opened.library.localPath(file.content))).toBe("not_found");
    await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    expect(await codeOf(opened.library.localPath(file.content))).toBe("fulfilled");
  });

  it("refuses new work once closed", async () => {
    await opened.library.close();
    const intake = opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    expect(await codeOf(intake)).toBe("unavailable");
  });
});

describe("what others hear", () => {
  it("is each change after it is durable, folders before what lies in them", async () => {
    const seen: unknown[] = [];
    opened.library.onDidChange((change) => {
      const path = "file" in change ? change.file.path : change.path;
      seen.push([change.kind, path, opened.index.files().length]);
    });
    await opened.library.intake("farm:", "a/b/c.gcode", upload(TINY_GCODE), ROOMY);
    await opened.library.createFolder("farm:", "x");
    await opened.library.createFolder("farm:", "x");
    await opened.library.remove("farm:", "a/b/c.gcode");
    expect(seen).toEqual([
      ["folder_created", "a", 1],
      ["folder_created", "a/b", 1],
      ["created", "a/b/c.gcode", 1],
      ["folder_created", "x", 1],
      ["removed", "a/b/c.gcode", 0],
    ]);
  });

  it("is that a content was parsed", async () => {
    const parsed = new Promise((resolve) => opened.library.onDidParse(resolve));
    const file = await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    expect(await parsed).toBe(file.content);
  });
});

describe("the library's disk", () => {
  it("tells its size", async () => {
    const { total, used, free } = await opened.library.diskUsage();
    expect(total).toBeGreaterThan(0);
    expect(used + free).toBe(total);
  });

  it("loses what an earlier run left half received", async () => {
    const { library, dir, index } = opened;
    await library.close();
    await writeFile(join(dir, "incoming", "7.part"), "G28");
    opened = await openTestLibrary({ dir, index });
    expect(await readdir(join(dir, "incoming"))).toEqual([]);
  });
});

describe("thumbnails", () => {
  it("come in the size asked for, or the next larger, or the largest there is", async () => {
    const path = new URL("../../fixtures/gcode/bracket_0.2mm_PETG.gcode", import.meta.url);
    const file = await opened.library.intake("farm:", "a.gcode", createReadStream(path), ROOMY);
    const { thumbnails } = await opened.library.whenParsed(file.content);
    expect(thumbnails).toEqual([
      { width: 32, height: 32, size: 234 },
      { width: 300, height: 300, size: 1670 },
    ]);
    const sizeAt = (width: number): number | undefined =>
      opened.library.thumbnail(file.content, width)?.byteLength;
    expect([1, 32, 33, 300, 5000].map(sizeAt)).toEqual([234, 234, 1670, 1670, 1670]);
  });
});

describe("metadata", () => {
  it("is there when the content has been parsed, and after reopening without parsing again", async () => {
    const text = `; generated by PrusaSlicer 2.7.0 on a day\n${TINY_GCODE}; layer_height = 0.2\n`;
    const file = await opened.library.intake("farm:", "a.gcode", upload(text), ROOMY);
    const metadata = await opened.library.whenParsed(file.content);
    expect(metadata).toMatchObject({ slicer: "PrusaSlicer", layer_height: 0.2 });
    const { library, dir, index } = opened;
    await library.close();
    index.beforeWrite = (operation) => expect(operation).not.toBe("putMetadata");
    opened = await openTestLibrary({ dir, index });
    expect(opened.library.metadata(file.content)).toEqual(metadata);
  });

  it("is parsed once per content: by no name, no reader and no start of the program again", async () => {
    const parsed: string[] = [];
    opened.library.onDidParse((content) => void parsed.push(content));
    const text = `; generated by PrusaSlicer 2.7.0 on a day\n${TINY_GCODE}`;
    const first = await opened.library.intake("farm:", "a.gcode", upload(text), ROOMY);
    await opened.library.whenParsed(first.content);
    for (const path of ["b.gcode", "c.gcode"]) {
      const same = await opened.library.intake(voron, path, upload(text), ROOMY);
      await opened.library.whenParsed(same.content);
    }
    for (let poll = 0; poll < 100; poll++) opened.library.metadata(first.content);
    expect(parsed).toEqual([first.content]);

    const other = await opened.library.intake("farm:", "a.gcode", upload(`${text}M84\n`), ROOMY);
    await opened.library.whenParsed(other.content);
    expect(parsed).toEqual([first.content, other.content]);
  });
});
