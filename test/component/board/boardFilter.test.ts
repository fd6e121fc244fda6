import { describe, expect, it } from "vitest";
import { matching, sorted, tagsOf } from "@/features/board/boardFilter.ts";
import { currentFixture, printerFixture, rowFixture } from "../../support/boardFixtures.ts";

const printers = [
  printerFixture("calm", "Calm", { tags: ["voron", "rack 1"] }),
  printerFixture("late", "Late", {
    tags: ["voron"],
    activity: "printing",
    current: currentFixture("gear.gcode", { remaining: 9000 }),
  }),
  printerFixture("plate", "Plate", {
    attention: [{ kind: "plate", text: "" }],
    queue: { rows: [rowFixture("orders/clamp.gcode")] },
  }),
  printerFixture("soon", "Soon", {
    activity: "printing",
    current: currentFixture("cube.gcode", { remaining: 60 }),
  }),
  printerFixture("broken", "Broken", { attention: [{ kind: "klippy", text: "" }] }),
];
const live = new Map(
  printers.map((printer) => [
    printer.id as string,
    {
      id: printer.id,
      progress: null,
      print_duration: null,
      remaining: printer.current?.remaining ?? null,
      transfer: null,
      layer: null,
      temperatures: [],
    },
  ]),
);
const ids = (found: typeof printers | readonly (typeof printers)[number][]) =>
  found.map((printer) => printer.id as string);

describe("finding printers", () => {
  it("looks at names, tags, what prints and what waits, every word of the search", () => {
    const search = (text: string) => ids(matching(printers, { search: text, tags: [] }));
    expect(search("GEAR")).toEqual(["late"]);
    expect(search("voron calm")).toEqual(["calm"]);
    expect(search("clamp")).toEqual(["plate"]);
    expect(search("  ")).toHaveLength(5);
  });

  it("wants all of the chosen tags", () => {
    expect(ids(matching(printers, { search: "", tags: ["voron"] }))).toEqual(["calm", "late"]);
    expect(ids(matching(printers, { search: "", tags: ["voron", "rack 1"] }))).toEqual(["calm"]);
    expect(tagsOf(printers)).toEqual(["voron", "rack 1"]);
  });
});

describe("the order of printers", () => {
  it("is their place on the board unless another is chosen", () => {
    expect(sorted(printers, "place", live)).toBe(printers);
  });

  it("puts those first that need a person, the most urgent at the head, then who is done first", () => {
    expect(ids(sorted(printers, "attention", live))).toEqual([
      "broken",
      "plate",
      "soon",
      "late",
      "calm",
    ]);
  });

  it("puts those first that are done first, and those that print nothing last", () => {
    expect(ids(sorted(printers, "finish", live)).slice(0, 2)).toEqual(["soon", "late"]);
  });
});
