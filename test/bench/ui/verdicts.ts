import { type Figures, growth } from "./figures.ts";

/** Promises: milliseconds to a click's picture (p95), share of seconds without a long task, heap's growth. */
const PROMISED = { click: 100, calm: 0.99, growth: 0.05 };
/** Times a second that each printer reports; a measurement in which they came late says nothing. */
const REPORTS = 4;

export interface Verdict {
  readonly promise: "reports" | "click" | "calm" | "heap";
  readonly state: "kept" | "not kept" | "not measured";
  readonly text: string;
}

export interface Measured {
  readonly printers: number;
  /** Reports a second that each of them sent. */
  readonly reports: number;
  /** While the printers reported: their figures alone. */
  readonly farm: Figures;
  /** With the parts that follow. */
  readonly whole: Figures;
  /** Bytes after each round. */
  readonly heaps: readonly number[];
}

/**
 * What became of each promise. One that could not be measured is not kept either: all of them when the
 * printers reported late, for then the page had less to do than promised.
 */
export function verdictsOf(measured: Measured): readonly Verdict[] {
  const { printers, reports, farm, whole, heaps } = measured;
  const isValid = reports >= 0.95 * REPORTS;
  const verdict = (promise: Verdict["promise"], good: boolean | null, text: string): Verdict => {
    if (!isValid || good === null) return { promise, state: "not measured", text };
    return { promise, state: good ? "kept" : "not kept", text };
  };
  const calm = 1 - whole.roughSeconds / whole.seconds;
  const grown = growth(heaps);
  const heap =
    grown === null
      ? `${heaps.length} samples, at least 3 are needed`
      : `${(grown * 100).toFixed(1)} % more in the last third than in the first`;
  return [
    {
      promise: "reports",
      state: isValid ? "kept" : "not kept",
      text: `each of ${printers} printers reports ${REPORTS} times a second: ${reports.toFixed(2)}${
        isValid ? "" : ": THIS RUN IS INVALID, the machine had no time for so many printers"
      }`,
    },
    verdict(
      "click",
      whole.p95 <= PROMISED.click,
      `a click is painted within ${PROMISED.click} ms (p95): ${whole.p95.toFixed(0)} ms`,
    ),
    verdict(
      "calm",
      calm >= PROMISED.calm,
      `no task over 50 ms in 99 of 100 seconds: ${whole.roughSeconds} of ${whole.seconds.toFixed(0)} had one`,
    ),
    verdict(
      "heap",
      grown === null ? null : grown <= PROMISED.growth,
      `the heap is steady over ${farm.seconds.toFixed(0)} s: ${heap}`,
    ),
  ];
}
