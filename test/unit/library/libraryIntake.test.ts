import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import { nodeFilePort } from "../../../electron/host/library/nodeFilePort.ts";
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
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

let opened: TestLibrary;
beforeEach(async () => {
  opened = await openTestLibrary();
});
afterEach(() => opened.dispose());

const NOTHING = { disk: [], names: [], listed: [], folders: [] };

describe("an intake that fails leaves nothing behind", () => {
  it("when the name is bad", async () => {
    const bytes = upload(TINY_GCODE);
    expect(await codeOf(opened.library.intake("farm:", "../a.gcode", bytes, ROOMY))).toBe(
      "bad_request",
    );
    expect(bytes.destroyed).toBe(true);
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when the file is too large", async () => {
    const intake = opened.library.intake("farm:", "a/a.gcode", upload(TINY_GCODE), {
      maxBytes: TINY_GCODE.length - 1,
    });
    expect(await codeOf(intake)).toBe("too_large");
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when the checksum is another one", async () => {
    const intake = opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), {
      ...ROOMY,
      checksum: hashOf(OTHER_GCODE),
    });
    expect(await codeOf(intake)).toBe("checksum_mismatch");
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when the sender goes away in the middle", async () => {
    const bytes = new Readable({ read: () => undefined });
    const intake = opened.library.intake("farm:", "a.gcode", bytes, ROOMY);
    bytes.push(TINY_GCODE);
    setImmediate(() => bytes.destroy());
    expect(await codeOf(intake)).toBe("bad_request");
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when the stream broke before anybody read it", async () => {
    const bytes = new Readable({ read: () => undefined });
    const intake = opened.library.intake("farm:", "a.gcode", bytes, ROOMY);
    bytes.destroy(new Error("connection reset"));
    expect(await codeOf(intake)).toBe("bad_request");
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when it is aborted, also while nothing arrives", async () => {
    const abort = new AbortController();
    const bytes = new Readable({ read: () => undefined });
    const intake = opened.library.intake("farm:", "a.gcode", bytes, {
      ...ROOMY,
      signal: abort.signal,
    });
    setImmediate(() => abort.abort());
    expect(await codeOf(intake)).toBe("bad_request");
    expect(bytes.destroyed).toBe(true);
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when it is not g-code", async () => {
    const intake = opened.library.intake("farm:", "a.gcode", upload("<html>404</html>"), ROOMY);
    await expect(intake).rejects.toThrow("not g-code: it is a web page");
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when the row cannot be written", async () => {
    opened.index.beforeWrite = () => {
      throw new AppError("storage_full", "no space");
    };
    const intake = opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    expect(await codeOf(intake)).toBe("storage_full");
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("when a folder has the name, or a file stands where a folder is needed", async () => {
    await opened.library.intake("farm:", "a.gcode/b.gcode", upload(TINY_GCODE), ROOMY);
    const over = opened.library.intake("farm:", "a.gcode", upload(OTHER_GCODE), ROOMY);
    expect(await codeOf(over)).toBe("bad_request");
    const under = opened.library.intake(
      "farm:",
      "a.gcode/b.gcode/c.gcode",
      upload(OTHER_GCODE),
      ROOMY,
    );
    expect(await codeOf(under)).toBe("bad_request");
    expect(await traces(opened)).toMatchObject({ disk: [hashOf(TINY_GCODE)] });
  });
});

describe("a disk that fills up", () => {
  it("is a clear error and leaves no temporary file", async () => {
    const full = await openTestLibrary({
      files: {
        ...nodeFilePort,
        async create(path) {
          const writer = await nodeFilePort.create(path);
          return {
            ...writer,
            write: () =>
              Promise.reject(Object.assign(new Error("no space left"), { code: "ENOSPC" })),
          };
        },
      },
    });
    const intake = full.library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await expect(intake).rejects.toMatchObject({ code: "storage_full" });
    expect(await readdir(join(full.dir, "incoming"))).toEqual([]);
    expect(full.library.list("farm:")).toEqual([]);
    await full.dispose();
  });
});

describe("a file that is named after its bytes", () => {
  it("goes by the name and the checksum that came last", async () => {
    const file = await opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), {
      ...ROOMY,
      checksum: "overridden",
      whenRead: async () => ({ path: "folder/a.gcode", checksum: hashOf(TINY_GCODE) }),
    });
    expect(file.path).toBe("folder/a.gcode");
    expect(opened.library.list("farm:")).toEqual([file]);
  });

  it.each([
    ["bad_request", async () => ({ path: "../a.gcode" })],
    ["bad_request", async () => ({ path: "a.ufp" })],
    ["checksum_mismatch", async () => ({ path: "a.gcode", checksum: hashOf(OTHER_GCODE) })],
    ["forbidden", () => Promise.reject(new AppError("forbidden", "not this one"))],
  ])("is refused with %s and leaves nothing", async (code, whenRead) => {
    const options = { ...ROOMY, whenRead };
    const intake = opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), options);
    expect(await codeOf(intake)).toBe(code);
    expect(await traces(opened)).toEqual(NOTHING);
  });

  it("does not hold up closing when the name never comes", async () => {
    let intake: Promise<string> | undefined;
    await new Promise<void>((resolve) => {
      const whenRead = (): Promise<never> => {
        resolve();
        return new Promise(() => undefined);
      };
      const options = { ...ROOMY, whenRead };
      intake = codeOf(opened.library.intake("farm:", "a.gcode", upload(TINY_GCODE), options));
    });
    await opened.library.close();
    expect(await intake).toBe("unavailable");
    expect(await traces(opened)).toEqual(NOTHING);
  });
});

describe("closing", () => {
  it("aborts an upload that has stalled and leaves nothing of it", async () => {
    const bytes = new Readable({ read: () => undefined });
    const intake = codeOf(opened.library.intake("farm:", "a.gcode", bytes, ROOMY));
    bytes.push(TINY_GCODE);
    await new Promise(setImmediate);
    await opened.library.close();
    expect(await intake).toBe("unavailable");
    expect(await traces(opened)).toEqual(NOTHING);
  });
});
