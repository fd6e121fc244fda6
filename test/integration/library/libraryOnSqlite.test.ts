import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PrinterId, type ContentHash } from "#shared/domain/ids.ts";
import { systemClock, type Clock } from "#shared/util/clock.ts";
import { openLibrary, type OpenedLibrary } from "../../../electron/host/library/openLibrary.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { openStore, type Store } from "../../../electron/host/store/openStore.ts";
import { METADATA_WORKER, ROOMY, TINY_GCODE, upload } from "../../support/openTestLibrary.ts";

const voron = PrinterId.parse("voron");
const BRACKET = new URL("../../fixtures/gcode/bracket_0.2mm_PETG.gcode", import.meta.url);

let later = 0;
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + later };
let dir: string;
let store: Store;
let library: OpenedLibrary;

async function open(): Promise<void> {
  store = await openStore({ dir, clock, logger: silentLogger });
  library = await openLibrary({
    dir: join(dir, "library"),
    index: store.library,
    clock,
    logger: silentLogger,
    workerUrl: METADATA_WORKER,
  });
}

async function close(): Promise<void> {
  await library.close();
  await store.close();
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "nextplate-library-"));
  await open();
});
afterEach(async () => {
  await close();
  await rm(dir, { recursive: true, force: true });
});

describe("the library on its real store", () => {
  it("brings names, folders, metadata and pictures back after a restart", async () => {
    const file = await library.intake(
      "farm:",
      "parts/Träger.gcode",
      createReadStream(BRACKET),
      ROOMY,
    );
    await library.link(voron, "Träger.gcode", file.content);
    await library.createFolder(voron, "empty");
    const metadata = await library.whenParsed(file.content);
    expect(metadata.estimated_time).toBe(1395);
    await close();
    await open();
    expect(library.list("farm:")).toEqual([file]);
    expect(library.find(voron, "Tra\u0308ger.gcode")?.content).toBe(file.content);
    expect(library.folders(voron)).toEqual(["empty"]);
    expect(library.metadata(file.content)).toEqual(metadata);
    expect(library.thumbnail(file.content, 300)?.byteLength).toBe(1670);
  });

  it("collects a content with its metadata and pictures", async () => {
    const file = await library.intake(voron, "a.gcode", createReadStream(BRACKET), ROOMY);
    await library.whenParsed(file.content);
    await library.intake(voron, "a.gcode", upload(TINY_GCODE), ROOMY);
    later = 61_000;
    expect(await library.collectGarbage(new Set<ContentHash>())).toBe(1);
    expect(store.library.contents()).toHaveLength(1);
    expect(store.library.thumbnails(file.content)).toEqual([]);
    await close();
    await open();
    expect(library.list(voron).map((each) => each.size)).toEqual([TINY_GCODE.length]);
  });

  it("takes many uploads at once", async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        library.intake("farm:", `${n}.gcode`, upload(`G28\nG1 X${n}\n`), ROOMY),
      ),
    );
    await close();
    await open();
    expect(library.list("farm:")).toHaveLength(60);
  });
});
