import type { KillOutcome } from "./killLane.ts";

/** The kill matrix as one table of text. */
export function killTable(outcomes: readonly KillOutcome[]): string {
  const head = [
    "killed at",
    "link",
    "plate policy",
    "found by the next host",
    "starts",
    "promises",
  ];
  const rows = outcomes.map(({ moment, by, policy, found, starts, broken }) => [
    moment,
    by,
    policy,
    found,
    starts.join(" + "),
    broken.length === 0 ? "kept" : broken.join("; "),
  ]);
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map((row) => row[n]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return `\n${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}
