import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_PRINTER_OPTIONS, type Printer } from "#shared/domain/printer.ts";
import type { StoreContext } from "../../../electron/host/store/quarantine.ts";
import { SqliteLibraryIndex } from "../../../electron/host/store/sqliteLibraryIndex.ts";
import { SqlitePrinterStore } from "../../../electron/host/store/sqlitePrinterStore.ts";
import { SqliteSettingsStore } from "../../../electron/host/store/sqliteSettingsStore.ts";
import { storeContext } from "../../support/storeContext.ts";
import { contentOf, prusa, voron } from "../../support/storedRecords.ts";

let context: StoreContext;
beforeEach(() => {
  context = storeContext();
});
afterEach(() => context.database.close());

describe("SqlitePrinterStore", () => {
  const printer: Printer = {
    id: voron,
    name: "Voron 2.4",
    order: 2,
    link: { kind: "moonraker", url: "http://voron.local:7125", apiKey: null },
    options: DEFAULT_PRINTER_OPTIONS,
    tags: ["abs", "left"],
    createdAt: 1_700_000_000_000.5,
  };
  const second: Printer = { ...printer, id: prusa, order: 1, link: { kind: "simulated", seat: 3 } };

  it("lists printers by their place on the board, as they were put last", async () => {
    const store = new SqlitePrinterStore(context);
    await store.put(printer);
    await store.put(second);
    expect(store.list()).toEqual([second, printer]);
    const renamed = { ...second, name: "MK4", order: 3 };
    await store.put(renamed);
    expect(store.list()).toEqual([printer, renamed]);
  });

  it("remembers the id of a removed printer", async () => {
    const store = new SqlitePrinterStore(context);
    await store.put(printer);
    await store.remove(voron);
    expect(store.list()).toEqual([]);
    expect([store.isTaken(voron), store.isTaken(prusa)]).toEqual([true, false]);
  });
});

describe("SqliteSettingsStore", () => {
  it.each([["text"], [0], [false], [null], [{ a: [1, { b: "ü" }] }]])(
    "gives %j back",
    async (value) => {
      const store = new SqliteSettingsStore(context);
      await store.set("key", "before");
      await store.set("key", value);
      expect(store.get("key")).toEqual(value);
    },
  );

  it("knows nothing of a key that was removed or never set", async () => {
    const store = new SqliteSettingsStore(context);
    await store.set("key", 1);
    await store.set("key", undefined);
    expect([store.get("key"), store.get("toString")]).toEqual([undefined, undefined]);
  });

  it("stores a value as it was when it was set", async () => {
    const store = new SqliteSettingsStore(context);
    const value = { n: 1 };
    const stored = store.set("key", value);
    value.n = 2;
    await stored;
    expect(store.get("key")).toEqual({ n: 1 });
  });
});

describe("SqliteLibraryIndex", () => {
  const file = {
    tree: "voron",
    path: "b/part.gcode",
    content: contentOf(1),
    size: 10,
    modified: 5,
  };
  const png = new Uint8Array([1, 2, 3]);
  let index: SqliteLibraryIndex;
  beforeEach(() => {
    index = new SqliteLibraryIndex(context);
  });

  it("enters a name and its content together", async () => {
    await index.putFile(file);
    expect(index.files()).toEqual([file]);
    expect(index.contents()).toMatchObject([
      { content: contentOf(1), size: 10, metadata: null, parser: 0 },
    ]);
  });

  it("keeps one file for two spellings of a name, and the name as it was sent last", async () => {
    const composed = { ...file, path: "\u00e4.gcode" };
    const decomposed = { ...file, path: "a\u0308.gcode", content: contentOf(2) };
    await index.putFile(composed);
    await index.putFile(decomposed);
    expect(index.files()).toEqual([decomposed]);
    await index.removeFile("voron", composed.path);
    expect(index.files()).toEqual([]);
  });

  it("keeps the same name in two trees apart", async () => {
    await index.putFile(file);
    await index.putFile({ ...file, tree: "farm:", content: contentOf(2) });
    await index.removeFile("voron", file.path);
    expect(index.files().map(({ tree }) => tree)).toEqual(["farm:"]);
  });

  it("does not lose the metadata of a content that gets another name", async () => {
    await index.putFile(file);
    await index.putMetadata(contentOf(1), "{}", 3, []);
    await index.putFile({ ...file, path: "other.gcode" });
    expect(index.contents()).toMatchObject([{ metadata: "{}", parser: 3 }]);
  });

  it("replaces thumbnails with the metadata, and returns the smallest first", async () => {
    await index.putFile(file);
    await index.putMetadata(contentOf(1), "{}", 1, [{ width: 9, height: 9, png }]);
    await index.putMetadata(contentOf(1), "{}", 2, [
      { width: 300, height: 300, png },
      { width: 32, height: 32, png },
    ]);
    expect(index.thumbnails(contentOf(1))).toEqual([
      { width: 32, height: 32, png },
      { width: 300, height: 300, png },
    ]);
  });

  it("ignores metadata of a content that was removed while it was parsed", async () => {
    await index.putMetadata(contentOf(1), "{}", 1, [{ width: 9, height: 9, png }]);
    expect(index.contents()).toEqual([]);
    expect(index.thumbnails(contentOf(1))).toEqual([]);
  });

  it("forgets a content with its thumbnails, but never one that a name needs", async () => {
    await index.putFile(file);
    await index.putMetadata(contentOf(1), "{}", 1, [{ width: 9, height: 9, png }]);
    await expect(index.removeContent(contentOf(1))).rejects.toMatchObject({ code: "internal" });
    await index.removeFile("voron", file.path);
    await index.removeContent(contentOf(1));
    expect(index.contents()).toEqual([]);
    expect(index.thumbnails(contentOf(1))).toEqual([]);
  });

  it("keeps empty folders", async () => {
    await index.putFolder("voron", "b");
    await index.putFolder("voron", "a");
    await index.putFolder("voron", "a");
    expect(index.folders()).toEqual([
      { tree: "voron", path: "a" },
      { tree: "voron", path: "b" },
    ]);
    await index.removeFolder("voron", "a");
    expect(index.folders()).toEqual([{ tree: "voron", path: "b" }]);
  });
});
