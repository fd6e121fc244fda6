import { describe, expect, it } from "vitest";
import type { LibraryItem } from "#shared/contract/farmLibrary.ts";
import { ContentHash } from "#shared/domain/ids.ts";
import { axisOf, barsOf } from "@/features/history/historyBars.ts";
import {
  addDays,
  NO_FILTER,
  queryOf,
  rangeOf,
  startOfDay,
} from "@/features/history/historyFilter.ts";
import { crumbs, entriesOf, waitingCopies } from "@/features/library/libraryEntries.ts";
import { hostOf, readAddresses, readPrinterCsv } from "@/features/printers/addressList.ts";
import { formatFilament } from "@/format/filament.ts";
import { readPlace } from "@/stores/screenStore.ts";
import { printerFixture, rowFixture } from "../../support/boardFixtures.ts";

const content = ContentHash.parse("a".repeat(64));

function file(path: string, change: Partial<LibraryItem> = {}): LibraryItem {
  return {
    path,
    content,
    size: 10,
    modified: 0,
    parsed: true,
    has_thumbnail: false,
    estimate: null,
    slicer: null,
    printer_model: null,
    nozzle_diameter: null,
    layer_height: null,
    layer_count: null,
    object_height: null,
    filament_type: null,
    filament_length: null,
    filament_weight: null,
    in_use: [],
    ...change,
  };
}

describe("pasted addresses", () => {
  it("are one per line, with a name before them if there is one, each once", () => {
    const text =
      "192.168.1.40\n\n# rack 2\nLeft rack, http://192.168.1.41:7126/\r\n192.168.1.40:7125\nvoron.local";
    expect(readAddresses(text).map(({ name, address }) => [name, address])).toEqual([
      ["", "192.168.1.40"],
      ["Left rack", "http://192.168.1.41:7126/"],
      ["", "voron.local"],
    ]);
  });

  it("are told apart without scheme, slash and Moonraker's own port", () => {
    expect(hostOf(" HTTP://Voron.local:7125/ ")).toBe("voron.local");
    expect(hostOf("voron.local:80")).not.toBe(hostOf("voron.local"));
  });
});

describe("a CSV of printers", () => {
  const read = (text: string) => readPrinterCsv(text, (line) => `line ${line}`);

  it("is read by its header, in any order, with quotes and any separator", () => {
    const { printers } = read('\uFEFFtags;Name;IP\r\nPETG|rack 2;"Left; ""A""";10.0.0.4\r\n');
    expect(printers).toEqual([
      { address: "10.0.0.4", name: 'Left; "A"', key: "", tags: ["PETG", "rack 2"] },
    ]);
  });

  it("names the lines without an address and reads the others", () => {
    const { printers, problems } = read("name,address,key\nA,,\n\nB,b.local,secret\n");
    expect(problems).toEqual(["line 2"]);
    expect(printers).toEqual([{ address: "b.local", name: "B", key: "secret", tags: [] }]);
  });

  it("without a header is a list of addresses", () => {
    expect(read("10.0.0.4\n10.0.0.5").printers).toHaveLength(2);
  });
});

describe("a folder of the library", () => {
  const listing = {
    folders: ["orders", "orders/deep", "empty"],
    files: [
      file("b10.gcode", { estimate: 5, modified: 3 }),
      file("b9.gcode", { estimate: 50, modified: 1 }),
      file("orders/deep/Vase red.gcode", { modified: 2 }),
    ],
  };
  const paths = (folder: string, search = "", sort: "name" | "estimate" | "modified" = "name") =>
    entriesOf(listing, folder, search, sort).map(({ path }) => path);

  it("shows its folders first and its files by natural order", () => {
    expect(paths("")).toEqual(["orders", "empty", "b9.gcode", "b10.gcode"]);
    expect(paths("orders")).toEqual(["orders/deep"]);
    expect(entriesOf(listing, "", "", "name")[0]).toMatchObject({ kind: "folder", files: 1 });
  });

  it("finds files below it by all words, and sorts as told", () => {
    expect(paths("", "red vase")).toEqual(["orders/deep/Vase red.gcode"]);
    expect(paths("", "GCODE", "modified")[0]).toBe("b10.gcode");
    expect(paths("", "", "estimate").slice(2)).toEqual(["b9.gcode", "b10.gcode"]);
    expect(crumbs("a/b/c")).toEqual(["a", "a/b", "a/b/c"]);
  });

  it("knows which queues wait for exactly these bytes under this name", () => {
    const row = (name: string) => rowFixture(name, { content });
    const printers = [
      printerFixture("one", "One", { queue: { rows: [row("a.gcode"), row("a.gcode")] } }),
      printerFixture("two", "Two", { queue: { rows: [row("b.gcode")] } }),
    ];
    const uses = (tree: string) =>
      waitingCopies(printers, tree, file("a.gcode")).map(({ printer, copies }) => [
        printer.name,
        copies,
      ]);
    expect(uses("farm:")).toEqual([["One", 2]]);
    expect(uses("two")).toEqual([]);
  });
});

describe("the history's period", () => {
  const now = new Date(2026, 10, 23, 15, 30).getTime();

  it("of seven days begins at the midnight six days ago and stays open", () => {
    expect(rangeOf({ ...NO_FILTER, period: "days7" }, now)).toEqual({
      since: new Date(2026, 10, 17).getTime(),
      before: null,
    });
  });

  it("by dates holds both days whole, and either may be left open", () => {
    const range = rangeOf({ period: "custom", from: "2026-11-01", to: "2026-11-02" }, now);
    expect(range).toEqual({
      since: new Date(2026, 10, 1).getTime(),
      before: new Date(2026, 10, 3).getTime(),
    });
    expect(rangeOf({ period: "custom", from: "", to: "nonsense" }, now)).toEqual({
      since: null,
      before: null,
    });
  });

  it("narrows by nothing that is empty", () => {
    expect(queryOf({ ...NO_FILTER, period: "ever", filename: "  " }, now)).toEqual({});
    const query = queryOf({ ...NO_FILTER, period: "ever", outcome: "failed", filename: "x" }, now);
    expect(query).toEqual({ outcome: "failed", filename: "x" });
  });

  it("is drawn without gaps, and in weeks or months when it is long", () => {
    const day = startOfDay(now) / 1000;
    const days = [{ day, attempts: 5, finished: 3, print_time: 1 }];
    const week = barsOf(days, addDays(now, -6), now);
    expect(week.span).toBe("day");
    expect(week.bars).toHaveLength(7);
    expect(week.bars.at(-1)).toMatchObject({ finished: 3, other: 2 });
    expect(barsOf(days, addDays(now, -200), now).span).toBe("week");
    const years = barsOf(days, addDays(now, -1000), now);
    expect(years.span).toBe("month");
    expect(years.bars.reduce((sum, { finished }) => sum + finished, 0)).toBe(3);
  });

  it("has an axis of whole round steps", () => {
    expect(axisOf(0)).toEqual({ top: 1, lines: [1] });
    expect(axisOf(17)).toEqual({ top: 20, lines: [10, 20] });
    expect(axisOf(4).lines).toEqual([2, 4]);
  });
});

describe("small words", () => {
  it("name filament as it is bought", () => {
    expect(formatFilament(12.4, 100, "en")).toBe("12 g");
    expect(formatFilament(32_940, null, "en")).toBe("32.9 kg");
    expect(formatFilament(null, 4100, "de")).toBe("4,1 m");
    expect(formatFilament(null, null, "en")).toBe("");
  });

  it("lead to a screen by the address, and to the board by what is none", () => {
    expect(readPlace("#/history?printer=voron")).toEqual({
      screen: "history",
      query: { printer: "voron" },
    });
    expect(readPlace("#board").screen).toBe("board");
    expect(readPlace("#/../etc").screen).toBe("board");
  });
});
