import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowSlots } from "@/ui/RowSlots.ts";

const LINES = Array.from({ length: 60 }, (_, index) => `line ${index}`);
/** What a window of a scrolled list shows: the line with the keyboard is always among them. */
const shown = (from: number, focus: number): readonly string[] =>
  LINES.filter((_, index) => index === focus || (index >= from && index < from + 12));

/** Most elements that can stay where they are in the document. */
function longestRise(places: readonly number[]): number {
  const best: number[] = [];
  for (const place of places) {
    best.push(1 + Math.max(0, ...best.filter((_, before) => (places[before] ?? 0) < place)));
  }
  return Math.max(0, ...best);
}

describe("the elements of a scrolled list", () => {
  it("are taken over from the lines that were scrolled out", () => {
    const slots = new RowSlots();
    const before = slots.assign(LINES, shown(0, 3), "line 3");
    const after = slots.assign(LINES, shown(2, 3), "line 3");
    expect(after.slice(0, 10)).toEqual(before.slice(2));
    expect(after.slice(10)).toEqual(before.slice(0, 2));
  });

  it("are not taken from a line that left the list: it may hold the keyboard", () => {
    const slots = new RowSlots();
    const before = slots.assign(LINES, shown(0, 1), "line 1");
    const left = LINES.slice(1);
    const after = slots.assign(left, left.slice(0, 12), "line 1");
    expect(after).not.toContain(before[0]);
    expect(after.slice(0, 11)).toEqual(before.slice(1));
  });

  it("never show two lines at once, and never move the one with the keyboard", () => {
    const step = fc.record({
      from: fc.nat(48),
      focus: fc.option(fc.nat(59), { nil: undefined, freq: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const slots = new RowSlots();
        let focus = 0;
        let document: readonly number[] = [];
        for (const next of steps) {
          focus = next.focus ?? focus;
          const keys = shown(next.from, focus);
          const elements = slots.assign(LINES, keys, `line ${focus}`);
          expect(new Set(elements).size).toBe(keys.length);
          const own = elements[keys.indexOf(`line ${focus}`)] ?? -1;
          const known = elements.filter((element) => document.includes(element));
          const places = (of: readonly number[]) => of.map((element) => document.indexOf(element));
          // Where it was in view before, its element has the keyboard: no way to move fewer moves it.
          const isHeld = next.focus === undefined && document.length > 0;
          const others = longestRise(places(known.filter((element) => element !== own)));
          const isLeft = document.includes(own) && others < longestRise(places(known));
          expect(isLeft || !isHeld).toBe(true);
          document = elements;
        }
      }),
      { numRuns: 500 },
    );
  });
});
