/** What one kind of link was seen to promise, as a table of text. */
export function linkTable(kind: string, promises: ReadonlyMap<string, boolean>): string {
  const rows = [...promises].map(
    ([promise, isKept]) => `| ${isKept ? "kept  " : "BROKEN"} | ${promise} |`,
  );
  return `\na printer link over ${kind}\n${rows.join("\n")}\n`;
}

/** The promises that a page of the documentation lists, in its order: the first column of its table. */
export function promisesIn(page: string): readonly string[] {
  const [, table = ""] = page.split("## What both links promise");
  return table.split("\n").flatMap((line) => /^\| ([a-z].*?) +\|/.exec(line)?.[1] ?? []);
}
