import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const PROJECT = join(import.meta.dirname, "../../..");
const page = readFileSync(join(PROJECT, "docs/guarantees.md"), "utf8");
const files = readdirSync(join(PROJECT, "test"), { recursive: true, encoding: "utf8" }).map(
  (path) => `test/${path.replaceAll("\\", "/")}`,
);

/** `faults/{start,print}.test.ts` names two files. */
function expand(name: string): readonly string[] {
  const [, before = "", list = "", after = ""] = /^(.*)\{(.*)\}(.*)$/.exec(name) ?? [];
  return list === "" ? [name] : list.split(",").map((one) => `${before}${one}${after}`);
}

/** The files a text names, each with what stands in brackets behind it. */
function mentionsIn(text: string): readonly { readonly path: string; readonly hint: string }[] {
  const named = text.matchAll(/`([\w/{},.-]+\.test\.ts)`(?: \(([^)|]+)\))?/g);
  return [...named].flatMap(([, name = "", hint = ""]) =>
    expand(name).map((path) => ({ path, hint })),
  );
}

/** Everything between quotes in a file, which is where titles are. */
function textsOf(file: string): string {
  const source = readFileSync(join(PROJECT, file), "utf8");
  return [...source.matchAll(/(["`])((?:(?!\1).)*)\1/g)].map(([, , text]) => text).join("\n");
}

const mentions = mentionsIn(page);
const fileOf = (path: string): readonly string[] =>
  files.filter((file) => file === path || file.endsWith(`/${path}`));

describe("docs/guarantees.md", () => {
  it("names tests, and each of them is there and is one", () => {
    expect(mentions.length).toBeGreaterThan(60);
    const wrong = mentions.filter(({ path }) => fileOf(path).length !== 1);
    expect(wrong).toEqual([]);
  });

  it("quotes tests, and each of them is in its file", () => {
    const quotes = mentions.flatMap(({ path, hint }) =>
      [...hint.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ path, title })),
    );
    expect(quotes.length).toBeGreaterThan(15);
    const missing = quotes.filter(
      ({ path, title }) => !fileOf(path).some((file) => textsOf(file).includes(title)),
    );
    expect(missing).toEqual([]);
  });

  it("quotes a test from each file that it names for a failure of others", () => {
    const [, failures = ""] = page.split(/^\| failure .*$/m);
    const [table = ""] = failures.split("\n\n");
    const named = mentionsIn(table);
    expect(named.length).toBeGreaterThan(12);
    expect(named.filter(({ hint }) => !hint.includes('"'))).toEqual([]);
  });

  it("names a test in every row of its first table and of the failures of others", () => {
    const rows = page
      .split("\n")
      .filter((line) => /^\| (?:\d+ |[a-z])/.test(line) && line.includes(" | "));
    const isKill = (row: string): boolean => /^\| \w+\.\w+ \d/.test(row);
    const isHead = (row: string): boolean => /^\| (?:failure|killed at) /.test(row);
    const silent = rows.filter((row) => !isKill(row) && !isHead(row) && !row.includes(".test.ts`"));
    expect(rows.length).toBeGreaterThan(20);
    expect(silent).toEqual([]);
  });
});
