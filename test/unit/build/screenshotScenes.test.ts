import { describe, expect, it } from "vitest";
import { Attention } from "#shared/contract/farm.ts";
import { EXTRAS, PAGES } from "../../../build/screenshotScenes.ts";

/** What `npm run screenshots` photographs: nothing that a person may have to look at is left out. */
describe("the pictures", () => {
  const forms = EXTRAS.filter(({ name }) => name.startsWith("form-"));
  const LOOKS = ["1280-dark", "1280-light", "1920-dark", "1920-light"];

  it("have a name of their own, and every matter at both sizes in both themes", () => {
    const names = [...PAGES, ...EXTRAS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const looks = new Map<string, string[]>();
    for (const { name } of EXTRAS) {
      const [, matter = "", look = ""] = /^(.*)-(\d+-\w+)$/.exec(name) ?? [];
      looks.set(matter, [...(looks.get(matter) ?? []), look]);
    }
    for (const [matter, taken] of looks) expect([matter, taken]).toEqual([matter, LOOKS]);
  });

  it("show the board and the wall with 0, 6, 40 and 300 printers", () => {
    for (const at of ["board", "wall"]) {
      for (const count of [0, 6, 40, 300]) {
        const shots = EXTRAS.filter(({ name }) => name.startsWith(`${at}-${count}-`));
        expect(shots.map(({ printers }) => printers.length)).toEqual([count, count, count, count]);
      }
    }
  });

  it("show every form in which a printer needs a person, alone in its column", () => {
    const shown = new Set(
      forms
        .flatMap(({ printers }) =>
          printers.length === 1 ? (printers[0]?.attention ?? []).slice(0, 1) : [],
        )
        .map(({ kind }) => kind),
    );
    expect([...shown].sort()).toEqual([...Attention.shape.kind.options].sort());
  });

  it("show every outcome that waits for a decision", () => {
    const outcomes = forms.flatMap(({ printers }) =>
      printers.flatMap(({ queue }) => queue.decisions.slice(0, 1).map(({ outcome }) => outcome)),
    );
    expect([...new Set(outcomes)].sort()).toEqual([
      "cancelled",
      "failed",
      "interrupted",
      "unknown",
    ]);
  });
});
