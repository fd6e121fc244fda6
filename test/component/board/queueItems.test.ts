import { describe, expect, it } from "vitest";
import { dropPlace } from "@/features/board/dropPlace.ts";
import { withEdits } from "@/features/board/queueEdits.ts";
import { copiesOf, itemDuration, queueItems } from "@/features/board/queueItems.ts";
import { placeBefore } from "@/features/board/useJobPlaces.ts";
import { printerFixture, rowFixture } from "../../support/boardFixtures.ts";

const single = (name: string) => rowFixture(`${name}.gcode`, { estimate: 60 });
/** Copies of one job. */
function copies(name: string, count: number) {
  const first = single(name);
  const others = Array.from({ length: count - 1 }, () => ({ ...single(name), job: first.job }));
  return [first, ...others];
}
const shapeOf = (items: ReturnType<typeof queueItems>) =>
  items.map((item) => `${item.place}: ${item.rows.length} × ${item.rows[0].filename}`);

describe("the lines of a queue", () => {
  it("show adjacent copies of a job as one", () => {
    const rows = [...copies("a", 3), single("b"), ...copies("c", 2)];
    const items = queueItems(rows);
    expect(shapeOf(items)).toEqual(["0: 3 × a.gcode", "3: 1 × b.gcode", "4: 2 × c.gcode"]);
    expect(items.map(itemDuration)).toEqual([180, 60, 120]);
    expect(copiesOf(items)).toEqual(rows.map((row) => row.job_id));
  });

  it("keep copies of a job apart where something stands between them", () => {
    const [first, second] = copies("a", 2);
    if (first === undefined || second === undefined) throw new Error("no copies");
    expect(queueItems([first, single("b"), second])).toHaveLength(3);
  });

  it("never join two jobs, even of the same file", () => {
    expect(queueItems([single("a"), single("a")])).toHaveLength(2);
  });

  it("let the copy that is on its way to the printer stand alone", () => {
    const [first, ...others] = copies("a", 3);
    if (first === undefined) throw new Error("no copies");
    expect(shapeOf(queueItems([{ ...first, locked: true }, ...others]))).toEqual([
      "0: 1 × a.gcode",
      "1: 2 × a.gcode",
    ]);
  });

  it("show copies one by one where asked to", () => {
    const rows = copies("a", 3);
    expect(queueItems(rows, new Set([rows[0]?.job ?? ""]))).toHaveLength(3);
  });

  it("have no duration while one of their copies has no estimate", () => {
    const [item] = queueItems([rowFixture("a.gcode", { estimate: null })]);
    expect(item && itemDuration(item)).toBeNull();
  });
});

describe("where dropped jobs go", () => {
  const rows = [{ ...single("a"), locked: true }, single("b"), single("c"), single("d")] as const;
  const [a, b, c, d] = rows.map((row) => row.job_id) as [never, never, never, never];

  it("is before or after the row under the pointer", () => {
    expect(dropPlace(rows, [d], b, true)).toBe(b);
    expect(dropPlace(rows, [b], c, false)).toBe(d);
  });

  it("is the end below the last row and in the empty part of a column", () => {
    expect(dropPlace(rows, [b], d, false)).toBeNull();
    expect(dropPlace(rows, [b], null, false)).toBeNull();
  });

  it("is where they are when dropped beside themselves", () => {
    expect(dropPlace(rows, [b], c, true)).toBeUndefined();
    expect(dropPlace(rows, [c], b, false)).toBeUndefined();
    expect(dropPlace(rows, [c], c, true)).toBeUndefined();
    expect(dropPlace(rows, [b, c], c, false)).toBeUndefined();
    expect(dropPlace(rows, [d], null, false)).toBeUndefined();
  });

  it("joins jobs that stood apart", () => {
    expect(dropPlace(rows, [b, d], d, false)).toBeNull();
  });

  it("is never in front of a job that is on its way to the printer", () => {
    expect(dropPlace(rows, [d], a, true)).toBe(b);
  });

  it("takes jobs of another queue", () => {
    expect(dropPlace(rows, [single("x").job_id], c, true)).toBe(c);
  });
});

describe("moving by keys", () => {
  const rows = [single("a"), ...copies("b", 2), single("c")] as const;
  const printer = printerFixture("p", "P", { queue: { rows: [...rows] } });
  const [a, b1, b2, c] = rows;

  it("passes a line whole, with all its copies", () => {
    if (b1 === undefined || b2 === undefined || c === undefined) throw new Error("no rows");
    expect(placeBefore(printer, [c], -1)).toBe(b1.job_id);
    expect(placeBefore(printer, [a], 1)).toBe(c.job_id);
    expect(placeBefore(printer, [b1, b2], 1)).toBeNull();
    expect(placeBefore(printer, [c], "front")).toBe(a.job_id);
    expect(placeBefore(printer, [a], "end")).toBeNull();
  });

  it("stays at the edges", () => {
    if (c === undefined) throw new Error("no rows");
    expect(placeBefore(printer, [a], -1)).toBeUndefined();
    expect(placeBefore(printer, [c], 1)).toBeUndefined();
    expect(placeBefore(printer, [c], "end")).toBeUndefined();
  });
});

describe("a queue with edits the host has not answered", () => {
  const rows = [single("a"), single("b"), single("c")] as const;
  const { queue } = printerFixture("p", "P", { queue: { rows: [...rows] } });
  const [a, b, c] = rows;
  const names = (edited: typeof queue) => edited.rows.map((row) => row.filename[0]).join("");

  it("shows them as done", () => {
    const move = { kind: "move", ids: [c.job_id, b.job_id], before: a.job_id } as const;
    expect(names(withEdits(queue, [move]))).toBe("cba");
    expect(names(withEdits(queue, [{ kind: "remove", ids: [b.job_id] }]))).toBe("ac");
    const held = withEdits(queue, [{ kind: "hold", ids: [b.job_id], hold: "later" }]);
    expect(held.rows.map((row) => row.hold)).toEqual([null, "later", null]);
  });

  it("locks what comes from another queue until the host has it", () => {
    const coming = single("x");
    const edited = withEdits(queue, [{ kind: "insert", rows: [coming], before: b.job_id }]);
    expect(names(edited)).toBe("axbc");
    expect(edited.rows[1]?.locked).toBe(true);
    expect(edited.total).toBe(240);
  });

  it("changes nothing more once the host's own queue has them", () => {
    const edits = [
      { kind: "move", ids: [c.job_id], before: a.job_id },
      { kind: "insert", rows: [single("x")], before: null },
    ] as const;
    const once = withEdits(queue, edits);
    expect(withEdits(once, edits)).toEqual(once);
  });
});
