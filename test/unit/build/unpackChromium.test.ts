import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { extractTar } from "../../../build/unpackChromium.ts";

const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

describe("unpacking the packaged Chromium", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "unpack-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("does not mind tar hanging up on the padding behind an archive's end", async () => {
    await writeFile(join(folder, "font.txt"), "glyphs");
    await promisify(execFile)("tar", ["-cf", "plain.tar", "font.txt"], { cwd: folder });
    const padded = Buffer.concat([
      await readFile(join(folder, "plain.tar")),
      Buffer.alloc(8 << 20),
    ]);
    await writeFile(join(folder, "padded.tar.br"), brotliCompressSync(padded, FAST));
    for (let round = 0; round < 5; round++) {
      await extractTar(join(folder, "padded.tar.br"), join(folder, "out"));
    }
    expect(await readFile(join(folder, "out/font.txt"), "utf8")).toBe("glyphs");
  });

  it("says which archive tar could not read", async () => {
    await writeFile(join(folder, "torn.tar.br"), brotliCompressSync(Buffer.from("no tar"), FAST));
    await expect(extractTar(join(folder, "torn.tar.br"), join(folder, "out"))).rejects.toThrow(
      "tar could not unpack torn.tar.br",
    );
  });
});
