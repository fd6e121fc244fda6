import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  allCases,
  httpAuthCases,
  httpCases,
  printingCases,
  rpcAuthCases,
  rpcCases,
  SHAPES,
  SHAPES_WHILE_ON,
} from "../support/recordedCases.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/compatibility.md"), "utf8");

/** Rows of a section of the page: the cases in backticks in its first column, and the whole row. */
function rowsOf(heading: string): { readonly cases: string[]; readonly row: string }[] {
  const section = page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((row) => ({
      cases: [...(row.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].flatMap(
        (found) => found[1] ?? [],
      ),
      row,
    }));
}

const named = (kind: string, cases: readonly { readonly case: string }[]): string[] =>
  cases.map((recorded) => `${kind}: ${recorded.case}`);
/** On an endpoint of a printer that is on, and in each of the three ways it can be off. */
const onAndOff = [
  ...named("http", httpCases()),
  ...named("rpc", rpcCases()),
  ...SHAPES.map(([kind, name]) => `${kind}: ${name}`),
];
const onlyOn = [
  ...named("http", [...printingCases(), ...httpAuthCases()]),
  ...named("rpc", rpcAuthCases()),
  ...SHAPES_WHILE_ON.map(([kind, name]) => `${kind}: ${name}`),
];

describe("every case recorded from Moonraker", () => {
  it("is replayed here, or named in docs/compatibility.md with the reason", () => {
    const explained = rowsOf("Recorded and not replayed").flatMap(({ cases }) => cases);
    expect([...onAndOff, ...onlyOn, ...explained].toSorted()).toEqual(allCases().toSorted());
  });

  it("is replayed while the printer is off too, or the reason is named", () => {
    const rows = rowsOf("Replayed only while the printer is on").flatMap(({ cases }) => cases);
    const covered = (name: string): boolean =>
      rows.some((row) => (row.endsWith("*") ? name.startsWith(row.slice(0, -1)) : name === row));
    expect(onlyOn.filter((name) => !covered(name))).toEqual([]);
    const used = rows.filter((row) =>
      onlyOn.some((name) => (row.endsWith("*") ? name.startsWith(row.slice(0, -1)) : name === row)),
    );
    expect(used).toEqual(rows);
  });

  it("that is not replayed is shown by a test that exists", () => {
    const shown = rowsOf("Recorded and not replayed").map(({ row }) =>
      [...row.matchAll(/`(test\/[\w/.]+\.test\.ts)`/g)].flatMap((found) => found[1] ?? []),
    );
    expect(shown.filter((files) => files.length === 0)).toEqual([]);
    expect(shown.flat().filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
