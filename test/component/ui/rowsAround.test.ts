import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsAround, rowsLeft, rowsOf } from "@/ui/rowsAround.ts";

const COUNT = 1000;
const window = fc.nat(COUNT - 15).map((from) => ({ from, to: from + 15 }));

describe("the rows beyond the window of a scrolled list", () => {
  it("are four on each side, and none that the list does not hold", () => {
    expect(rowsAround({ from: 20, to: 30 }, COUNT)).toEqual([16, 17, 18, 19, 30, 31, 32, 33]);
    expect(rowsAround({ from: 1, to: 10 }, 11)).toEqual([0, 10]);
    expect(rowsAround({ from: 0, to: 0 }, 0)).toEqual([]);
  });

  it("are those that were there, until the picture of a window a few rows on", () => {
    const drawn = rowsOf({ from: 6, to: 29 });
    expect(rowsLeft(drawn, { from: 12, to: 27 }).toSorted((a, b) => a - b)).toEqual([
      6, 7, 8, 9, 10, 11, 27, 28,
    ]);
  });

  it("hold as many elements as a new window needs around it, however far it is", () => {
    fc.assert(
      fc.property(window, window, (before, now) => {
        const drawn = [...rowsAround(before, COUNT), ...rowsOf(before)];
        const left = rowsLeft(drawn, now);
        const gone = drawn.filter((row) => row < now.from || row >= now.to);
        expect(left).toHaveLength(Math.min(8, gone.length));
        expect(gone).toEqual(expect.arrayContaining([...left]));
        expect(new Set([...left, ...rowsOf(now)]).size).toBe(left.length + 15);
      }),
    );
  });
});
