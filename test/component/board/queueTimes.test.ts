import { describe, expect, it } from "vitest";
import { columnWidth } from "@/features/board/columnWidth.ts";
import { queueTimes } from "@/features/board/queueTimes.ts";
import { printerFixture, rowFixture } from "../../support/boardFixtures.ts";

const queueOf = (...rows: ReturnType<typeof rowFixture>[]) =>
  printerFixture("p", "P", { queue: { rows } }).queue;

describe("finish times of a queue", () => {
  it("follow one another from when the machine is free", () => {
    const queue = queueOf(
      rowFixture("a.gcode", { estimate: 60 }),
      rowFixture("b.gcode", { estimate: 30 }),
    );
    expect(queueTimes(queue, 1_000_000)).toEqual({
      rows: [1_060_000, 1_090_000],
      finish: 1_090_000,
      open: false,
    });
  });

  it("pass over jobs on hold", () => {
    const queue = queueOf(
      rowFixture("a.gcode", { estimate: 60, hold: "no filament" }),
      rowFixture("b.gcode", { estimate: 30 }),
    );
    expect(queueTimes(queue, 0)).toMatchObject({ rows: [null, 30_000], finish: 30_000 });
  });

  it("are unknown from the first job without an estimate on, rather than invented", () => {
    const queue = queueOf(
      rowFixture("a.gcode", { estimate: 60 }),
      rowFixture("b.gcode", { estimate: null }),
      rowFixture("c.gcode", { estimate: 30 }),
    );
    expect(queueTimes(queue, 0)).toEqual({ rows: [60_000, null, null], finish: null, open: true });
  });

  it("do not exist while nobody knows when the machine is free", () => {
    expect(queueTimes(queueOf(rowFixture("a.gcode")), null).finish).toBeNull();
  });
});

describe("the width of columns", () => {
  it("fills the board while few columns share it, and scrolls when they are many", () => {
    expect(columnWidth(1280, 4)).toBe(307);
    expect(columnWidth(1280, 40)).toBe(280);
    expect(columnWidth(1920, 2)).toBe(330);
  });
});
