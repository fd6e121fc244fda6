import { describe, expect, it } from "vitest";
import { mergeReset } from "../../../electron/host/engine/resetMerge.ts";

/** "a1" is the entry named a with id a1. */
const entries = (text: string): readonly { id: string; filename: string }[] =>
  text === "" ? [] : text.split(" ").map((id) => ({ id, filename: id.slice(0, 1) }));
const posted = (text: string): readonly { filename: string }[] =>
  text === "" ? [] : text.split(" ").map((filename) => ({ filename }));

function merge(base: string, names: string, present: string): string {
  return mergeReset(entries(base), posted(names), entries(present))
    .map((entry) => (entry.kind === "kept" ? entry.entry.id : `+${entry.item.filename}`))
    .join(" ");
}

describe("a whole list posted with reset", () => {
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    ["reorders and keeps ids", "a1 b2 c3", "c a b", "a1 b2 c3", "c3 a1 b2"],
    ["removes what is left out", "a1 b2 c3", "a c", "a1 b2 c3", "a1 c3"],
    ["adds what is new", "a1", "a b", "a1", "a1 +b"],
    ["does not queue again what was loaded meanwhile", "a1 b2", "b a", "b2", "b2"],
    [
      "keeps what another added meanwhile, behind its neighbour",
      "a1 b2",
      "b a",
      "a1 x9 b2",
      "b2 a1 x9",
    ],
    ["matches the k-th of a name to the k-th", "a1 a2 b3", "a b a a", "a1 a2 b3", "a1 b3 a2 +a"],
    ["drops only the loaded one of two copies", "a1 a2", "a a", "a2", "a2"],
    ["empties the queue", "a1 b2", "", "a1 b2", ""],
    ["adds everything to a base that is empty", "", "a a", "", "+a +a"],
  ];
  for (const [name, base, names, present, result] of cases) {
    it(`${name}`, () => {
      expect(merge(base, names, present)).toBe(result);
    });
  }
});
