import { describe, expect, it } from "vitest";
import { farmNumbers } from "@/features/wall/farmNumbers.ts";
import { TILE_GAP, tileGrid, tilePlaces } from "@/features/wall/tileGrid.ts";
import { printerNameParts } from "@/format/printerName.ts";
import TvHead from "@/features/wall/TvHead.vue";
import { currentFixture, printerFixture } from "../../support/boardFixtures.ts";
import { mountBoard } from "../support/mountBoard.ts";
import { everyState } from "../../support/boardStates.ts";

const heightOf = (grid: ReturnType<typeof tileGrid>, count: number): number =>
  Math.ceil(count / grid.columns) * (grid.height + TILE_GAP) + TILE_GAP;

describe("the tiles of the wall", () => {
  it.each([1, 6, 12, 40, 100, 300])("are all on one screen of 1920x1080: %i of them", (count) => {
    const grid = tileGrid(1854, 1030, count);
    expect(heightOf(grid, count)).toBeLessThanOrEqual(1030);
    expect(grid.columns * (grid.width + TILE_GAP) + TILE_GAP).toBeLessThanOrEqual(1854);
  });

  it("are the larger the fewer they are", () => {
    const widths = [6, 40, 100, 300].map((count) => tileGrid(1854, 1030, count).width);
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(tileGrid(1854, 1030, 300).width).toBeGreaterThan(85);
  });

  it("stay readable and scroll where the screen is too small for all", () => {
    const grid = tileGrid(1200, 700, 300);
    expect(grid.width).toBeGreaterThan(85);
    expect(heightOf(grid, 300)).toBeGreaterThan(700);
  });

  it("lie on whole pixels, with one gap between them and to both edges", () => {
    const grid = tileGrid(1847, 1030, 300);
    const places = tilePlaces(grid, 1847, 300);
    const edges = places.slice(0, grid.columns + 1).map(({ left, top, width }) => ({
      from: Number.parseInt(left, 10),
      to: Number.parseInt(left, 10) + Number.parseInt(width, 10),
      top: Number.parseInt(top, 10),
    }));
    const row = edges.slice(0, grid.columns);
    expect(row[0]?.from).toBe(TILE_GAP);
    expect(row.at(-1)?.to).toBe(1847 - TILE_GAP);
    const gaps = row.slice(1).map(({ from }, index) => from - (row[index]?.to ?? 0));
    expect(new Set(gaps)).toEqual(new Set([TILE_GAP]));
    expect(edges.at(-1)).toMatchObject({ from: TILE_GAP, top: grid.height + TILE_GAP });
  });

  it("keep the number of a printer visible", () => {
    expect(printerNameParts("Voron 2.4 right 12")).toEqual({
      head: "Voron 2.4 right",
      tail: " 12",
    });
    expect(printerNameParts("Trident")).toEqual({ head: "Trident", tail: "" });
  });
});

describe("the head of a wall for TV", () => {
  it("names the print that ends first by what printers report, not by what a full status once said", () => {
    const soon = printerFixture("soon", "Soon", {
      activity: "printing",
      current: { ...currentFixture("soon.gcode"), remaining: 36_000 },
    });
    const later = printerFixture("later", "Later", {
      activity: "printing",
      current: { ...currentFixture("later.gcode"), remaining: 7_200 },
    });
    const printers = [soon, later];
    const { wrapper } = mountBoard(TvHead, {
      printers: printers.map((printer) =>
        printer.id === "soon"
          ? { ...printer, current: { ...currentFixture("soon.gcode"), remaining: 60 } }
          : printer,
      ),
      props: { printers },
    });
    expect(wrapper.find(".next").text()).toContain("Soon");
  });
});

describe("the numbers of a farm", () => {
  it("count each printer where it belongs, and the share that works", () => {
    const numbers = farmNumbers(everyState(0));
    expect(numbers).toMatchObject({ all: 12, printing: 4, idle: 4, offline: 4 });
    expect(numbers.utilisation).toBeCloseTo(4 / 12);
    expect(farmNumbers([]).utilisation).toBe(0);
  });
});
