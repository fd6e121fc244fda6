import type { Verdict } from "./soakBounds.ts";
import type { SoakSample } from "./soakMeter.ts";
import type { SoakResult } from "./soakRun.ts";

const COLUMNS: readonly (readonly [head: string, figure: keyof SoakSample, digits: number])[] = [
  ["hour", "hour", 2],
  ["life", "life", 0],
  ["RSS MB", "rss", 0],
  ["heap MB", "heap", 1],
  ["open files", "descriptors", 0],
  ["timers", "timers", 0],
  ["handles", "handles", 0],
  ["late p99 ms", "late", 0],
  ["most", "latest", 0],
  ["CPU", "cpu", 2],
  ["database MB", "database", 2],
  ["log MB", "log", 1],
  ["backup MB", "backup", 2],
  ["library MB", "library", 1],
  ["attempts", "attempts", 0],
  ["simulators MB", "simulators", 0],
];

export function sampleHead(): string {
  return `${COLUMNS.map(([head]) => head).join("  ")}\n`;
}

/** One sample as a line below `sampleHead`. */
export function sampleLine(sample: SoakSample): string {
  const cells = COLUMNS.map(([head, figure, digits]) =>
    sample[figure].toFixed(digits).padStart(head.length),
  );
  return `${cells.join("  ")}\n`;
}

/** The whole run as text: what was held, what was judged. */
export function soakReport(result: SoakResult, verdicts: readonly Verdict[]): string {
  const { plan, broken, duplicates, starts, finished, copies } = result;
  const sum = (counts: Readonly<Record<string, number>>): string => {
    const named = Object.entries(counts).map(([name, times]) => `${name} ${times}`);
    return named.join(", ");
  };
  return [
    sampleHead() + result.samples.map(sampleLine).join(""),
    `seed ${plan.seed}, ${plan.printers} printers, ${result.hours.toFixed(1)} simulated hours, factor ${plan.factor}`,
    `${copies} copies, ${starts} prints begun, ${finished} finished`,
    `restarts: ${sum(result.restarts)}; connections lost besides: ${result.reconnects}`,
    `faults: ${sum(result.faults)}`,
    `edits: ${sum(result.edits)}`,
    `named duplicates: ${duplicates.length === 0 ? "none" : duplicates.join("; ")}`,
    ...verdicts.map(({ what, seen, isKept }) => `${isKept ? "kept" : "BROKEN"}: ${what}: ${seen}`),
    `promises: ${broken.length === 0 ? "kept" : `\n${broken.join("\n")}`}`,
    "",
  ].join("\n");
}
