import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PrinterId, type ContentHash } from "#shared/domain/ids.ts";
import { systemClock, type Clock } from "#shared/util/clock.ts";
import {
  openTestLibrary,
  ROOMY,
  TINY_GCODE,
  upload,
  type TestLibrary,
} from "../../support/openTestLibrary.ts";

const voron = PrinterId.parse("voron");
const NOTHING: ReadonlySet<ContentHash> = new Set();

let later = 0;
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + later };
let opened: TestLibrary;
beforeEach(async () => {
  later = 0;
  opened = await openTestLibrary({ clock });
});
afterEach(() => opened.dispose());

async function storedBytes(): Promise<readonly string[]> {
  const found = await readdir(join(opened.dir, "contents"), { recursive: true });
  return found.filter((name) => name.length > 2);
}

describe("collecting garbage", () => {
  it("deletes row and bytes of a content without a name, a minute after it lost the last", async () => {
    const { library, index } = opened;
    const file = await library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await library.whenParsed(file.content);
    await library.remove("farm:", "a.gcode");
    expect(await library.collectGarbage(NOTHING)).toBe(0);
    later = 61_000;
    expect(await library.collectGarbage(NOTHING)).toBe(1);
    expect(index.contents()).toEqual([]);
    expect(await storedBytes()).toEqual([]);
    expect(library.metadata(file.content)).toBeUndefined();
    await expect(library.localPath(file.content)).rejects.toMatchObject({ code: "not_found" });
  });

  it("keeps what a queue needs, what another printer names, and the bytes of a replaced name in use", async () => {
    const { library } = opened;
    const old = await library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await library.intake("farm:", "a.gcode", upload("G28\nG1 X1\n"), ROOMY);
    const shared = await library.intake("farm:", "b.gcode", upload("G28\nG1 X2\n"), ROOMY);
    await library.link(voron, "b.gcode", shared.content);
    await library.remove("farm:", "b.gcode");
    later = 61_000;
    expect(await library.collectGarbage(new Set([old.content]))).toBe(0);
    expect(await library.collectGarbage(NOTHING)).toBe(1);
    await library.localPath(shared.content);
    await expect(library.localPath(old.content)).rejects.toMatchObject({ code: "not_found" });
  });

  it("never takes the bytes from under an intake of the same content", async () => {
    const { library, index } = opened;
    const turns = async (count: number): Promise<void> => {
      for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
    };
    // A slow store: there is time for an intake between the row and the bytes.
    index.beforeWrite = (operation) => (operation === "removeContent" ? turns(60) : undefined);
    for (let round = 0; round < 36; round++) {
      const first = await library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
      await library.remove("farm:", "a.gcode");
      later += 61_000;
      const intake = library.intake("farm:", "b.gcode", upload(TINY_GCODE), ROOMY);
      // Let the intake get ahead by a different number of turns each time.
      await turns(round % 12);
      await Promise.all([intake, library.collectGarbage(NOTHING)]);
      expect(await storedBytes()).toHaveLength(1);
      expect(index.contents().map((row) => row.content)).toEqual([first.content]);
      await library.localPath(first.content);
      await library.remove("farm:", "b.gcode");
    }
  });

  it("leaves bytes too many, never too few, when the store fails", async () => {
    const { library, index } = opened;
    const file = await library.intake("farm:", "a.gcode", upload(TINY_GCODE), ROOMY);
    await library.remove("farm:", "a.gcode");
    later = 61_000;
    index.beforeWrite = () => {
      throw new Error("read-only");
    };
    await expect(library.collectGarbage(NOTHING)).rejects.toThrow("read-only");
    await library.localPath(file.content);
  });
});
