import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PrinterId, type ContentHash } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { systemClock } from "#shared/util/clock.ts";
import { ContentLibrary } from "../../../electron/host/library/contentLibrary.ts";
import { ContentStore } from "../../../electron/host/library/contentStore.ts";
import type { FilePort } from "../../../electron/host/library/filePort.ts";
import { MetadataCatalog } from "../../../electron/host/library/metadataCatalog.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { FakeLibraryIndex } from "../../support/fakeLibraryIndex.ts";
import { ROOMY, upload } from "../../support/openTestLibrary.ts";
import { PowerCutDisk, type Survivors } from "../../support/powerCutDisk.ts";

const DIR = "/data/library";
const voron = PrinterId.parse("voron");
const gcode = (n: number): string => `G28\nG1 X${n} F3000\n`;

async function openOn(files: FilePort, index: FakeLibraryIndex): Promise<ContentLibrary> {
  const contents = new ContentStore(DIR, files);
  await contents.open();
  const parser = {
    // No metadata here: its rows are no part of the promise on bytes.
    parse: () => Promise.reject(new AppError("unavailable", "not in this test")),
    close: () => Promise.resolve(),
  };
  const catalog = new MetadataCatalog(index, parser, (hash) => contents.pathOf(hash), silentLogger);
  const library = new ContentLibrary({
    index,
    contents,
    catalog,
    clock: systemClock,
    logger: silentLogger,
  });
  library.load();
  return library;
}

/** A day in a library: new files, equal bytes, a replaced and a removed name, and a collection. */
async function liveOn(disk: PowerCutDisk, index: FakeLibraryIndex, acknowledged: Set<string>) {
  index.beforeWrite = () => disk.step();
  const library = await openOn(disk, index);
  const take = async (tree: "farm:" | PrinterId, path: string, text: string): Promise<void> => {
    await library.intake(tree, path, upload(text), ROOMY);
    acknowledged.add(text);
  };
  await take("farm:", "a.gcode", gcode(1));
  await take("farm:", "folder/b.gcode", gcode(2));
  await take(voron, "a.gcode", gcode(1));
  await Promise.all([take(voron, "c.gcode", gcode(3)), take("farm:", "c.gcode", gcode(3))]);
  // From here on a cut may come before or after the change: both are right.
  acknowledged.delete(gcode(2));
  await take("farm:", "folder/b.gcode", gcode(4));
  await library.remove("farm:", "c.gcode");
  await library.collectGarbage(new Set());
  await take("farm:", "d.gcode", gcode(2));
  await library.close();
}

function expectSound(disk: PowerCutDisk, index: FakeLibraryIndex, acknowledged: Set<string>): void {
  const named = new Set<ContentHash>();
  for (const row of index.files()) {
    named.add(row.content);
    const bytes = disk.bytesOf(`${DIR}/contents/${row.content.slice(0, 2)}/${row.content}`);
    expect(bytes, `the bytes of ${row.tree} ${row.path}`).toBeDefined();
    expect(sha256(bytes ?? "")).toBe(row.content);
  }
  for (const text of acknowledged) expect([...named]).toContain(sha256(text));
}

describe("a power cut", () => {
  it.each<Survivors>(["synced only", "names too", "everything"])(
    "at any moment loses no acknowledged file and leaves no name without its bytes (%s survives)",
    async (survivors) => {
      const whole = new PowerCutDisk(["/data"]);
      await liveOn(whole, new FakeLibraryIndex(), new Set());
      expect(whole.operations).toBeGreaterThan(60);
      for (let cutAfter = 0; cutAfter <= whole.operations; cutAfter++) {
        const disk = new PowerCutDisk(["/data"], cutAfter);
        const index = new FakeLibraryIndex();
        const acknowledged = new Set<string>();
        await liveOn(disk, index, acknowledged).catch(() => undefined);
        const found = disk.afterPowerCut(survivors);
        index.beforeWrite = () => undefined;
        const library = await openOn(found, index);
        expectSound(found, index, acknowledged);
        expect(await found.list(`${DIR}/incoming`)).toEqual([]);
        await library.close();
      }
    },
  );

  it("would be noticed by this test if the folder were not synced", async () => {
    class ForgetfulDisk extends PowerCutDisk {
      override async syncFolder(path: string): Promise<void> {
        if (!path.includes("/contents/")) await super.syncFolder(path);
      }
    }
    const disk = new ForgetfulDisk(["/data"]);
    const index = new FakeLibraryIndex();
    const library = await openOn(disk, index);
    await library.intake("farm:", "a.gcode", upload(gcode(1)), ROOMY);
    const found = disk.afterPowerCut("synced only");
    expect(() => expectSound(found, index, new Set([gcode(1)]))).toThrow("to be defined");
  });
});

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
