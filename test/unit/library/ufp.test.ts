import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import {
  openTestLibrary,
  ROOMY,
  TINY_GCODE,
  upload,
  type TestLibrary,
} from "../../support/openTestLibrary.ts";
import { zipFile, type ZipMember } from "../../support/zipFile.ts";

const MODEL: ZipMember = { name: "/3D/model.gcode", data: Buffer.from(TINY_GCODE) };
const PNG = Buffer.concat([
  Buffer.from("89504e470d0a1a0a0000000d49484452000000400000002a", "hex"),
  Buffer.alloc(500, 9),
]);
const PICTURE: ZipMember = { name: "/Metadata/thumbnail.png", data: PNG, stored: true };

let opened: TestLibrary;
beforeEach(async () => {
  opened = await openTestLibrary();
});
afterEach(() => opened.dispose());

async function textOf(
  content: Parameters<TestLibrary["library"]["localPath"]>[0],
): Promise<string> {
  return readFile(await opened.library.localPath(content), "utf8");
}

/** What became of a package: its g-code in the library, or the code of the refusal. */
async function outcomeOf(bytes: Uint8Array, options = ROOMY): Promise<string> {
  try {
    const file = await opened.library.intake("farm:", "part.ufp", upload(bytes), options);
    const whole = (await textOf(file.content)) === TINY_GCODE;
    return whole ? "the whole g-code" : "something else";
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
}

async function leftovers(): Promise<unknown> {
  const incoming = await readdir(join(opened.dir, "incoming"));
  return [...incoming, ...opened.library.list("farm:")];
}

describe("a package of Cura's", () => {
  it("is stored as its g-code, under the name with .gcode", async () => {
    const file = await opened.library.intake(
      "farm:",
      "a/Part.UFP",
      upload(zipFile([MODEL])),
      ROOMY,
    );
    expect(file).toMatchObject({ path: "a/Part.gcode", size: TINY_GCODE.length });
    expect(await textOf(file.content)).toBe(TINY_GCODE);
    expect(await readdir(join(opened.dir, "incoming"))).toEqual([]);
  });

  it("brings its picture along inside the g-code", async () => {
    const bytes = zipFile([
      { name: "/[Content_Types].xml", data: Buffer.from("<x/>") },
      PICTURE,
      MODEL,
    ]);
    const file = await opened.library.intake("farm:", "part.ufp", upload(bytes), ROOMY);
    const { thumbnails } = await opened.library.whenParsed(file.content);
    expect(thumbnails).toEqual([{ width: 64, height: 42, size: PNG.byteLength }]);
    expect(opened.library.thumbnail(file.content, 32)).toEqual(new Uint8Array(PNG));
    expect((await textOf(file.content)).endsWith(TINY_GCODE)).toBe(true);
  });

  it("with a picture in its g-code keeps that one", async () => {
    const own = `; thumbnail begin 8x8 4\n; AAAA\n; thumbnail end\n${TINY_GCODE}`;
    const bytes = zipFile([PICTURE, { name: "3D/model.gcode", data: Buffer.from(own) }]);
    const file = await opened.library.intake("farm:", "part.ufp", upload(bytes), ROOMY);
    expect(await textOf(file.content)).toBe(own);
  });

  it("is compared with the checksum of what was sent", async () => {
    const bytes = zipFile([MODEL], "a comment at the end");
    const checksum = createHash("sha256").update(bytes).digest("hex");
    const options = { ...ROOMY, checksum };
    await opened.library.intake("farm:", "part.ufp", upload(bytes), options);
    expect(opened.library.find("farm:", "part.gcode")).toBeDefined();
  });

  it("of several megabytes comes out whole", async () => {
    const text = "G28\nG1 X10 Y0 E1 F3000\n".repeat(300_000);
    const bytes = zipFile([{ name: "/3D/model.gcode", data: Buffer.from(text) }]);
    const file = await opened.library.intake("farm:", "part.ufp", upload(bytes), ROOMY);
    expect(file.content).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("is refused when it unpacks to more than is taken", async () => {
    const bomb = zipFile([{ name: "/3D/model.gcode", data: Buffer.alloc(20_000_000, "G28\n") }]);
    expect(bomb.byteLength).toBeLessThan(100_000);
    expect(await outcomeOf(bomb, { maxBytes: 1_000_000 })).toBe("too_large");
    expect(await leftovers()).toEqual([]);
  });

  it("is refused without g-code, or with something else in its place", async () => {
    const page = { name: "/3D/model.gcode", data: Buffer.from("<html></html>") };
    const others = [
      zipFile([PICTURE]),
      zipFile([page]),
      Buffer.from(TINY_GCODE),
      randomBytes(5000),
      Buffer.alloc(0),
    ];
    for (const bytes of others) expect(await outcomeOf(bytes)).toBe("bad_request");
    expect(await leftovers()).toEqual([]);
  });

  it("is refused when its bytes were changed on the way, wherever", async () => {
    const whole = zipFile([MODEL]);
    // Date and version fields may differ without harm; the g-code may not.
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.byteLength - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] ?? 0) ^ change;
          expect(["the whole g-code", "bad_request"]).toContain(await outcomeOf(bytes));
        },
      ),
      { numRuns: 100 },
    );
    expect(await readdir(join(opened.dir, "incoming"))).toEqual([]);
  });
});
