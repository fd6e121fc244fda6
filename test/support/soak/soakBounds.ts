import type { SoakSample } from "./soakMeter.ts";

type Figure = Exclude<keyof SoakSample, "hour" | "life">;

interface Bound {
  readonly figure: Figure;
  readonly unit: string;
  /** The last third may be so many times the first, and so much more. */
  readonly times: number;
  readonly plus: number;
}

/** What may not grow while a host lives. Megabytes, or a count. */
const BOUNDS: readonly Bound[] = [
  { figure: "heap", unit: "MB", times: 1.2, plus: 8 },
  { figure: "rss", unit: "MB", times: 1.2, plus: 24 },
  { figure: "descriptors", unit: "", times: 1.1, plus: 24 },
  { figure: "timers", unit: "", times: 1.25, plus: 60 },
  { figure: "handles", unit: "", times: 1.1, plus: 24 },
  { figure: "log", unit: "MB", times: 1, plus: 24 },
  { figure: "library", unit: "MB", times: 1.5, plus: 16 },
];

/** Bytes of database for each ended attempt: its record, its evidence, and the journal of its copies. */
const BYTES_PER_ATTEMPT = 16_384;

export interface Verdict {
  readonly what: string;
  readonly seen: string;
  readonly isKept: boolean;
}

/**
 * Whether a host's longest life was bounded. Its first sample is its warming up and does not count; of the
 * others the median of the last third is held against that of the first.
 */
export function judgeBounds(samples: readonly SoakSample[]): readonly Verdict[] {
  const life = longestLife(samples).slice(1);
  const third = Math.max(1, Math.floor(life.length / 3));
  const [first, last] = [life.slice(0, third), life.slice(-third)];
  const verdicts = BOUNDS.map(({ figure, unit, times, plus }): Verdict => {
    const before = median(first.map((sample) => sample[figure]));
    const after = median(last.map((sample) => sample[figure]));
    return {
      what: `${figure} at most ${times} times the first third's + ${plus} ${unit}`.trimEnd(),
      seen: `${before.toFixed(1)} to ${after.toFixed(1)}`,
      isKept: after <= before * times + plus,
    };
  });
  return [...verdicts, growthOf(samples)];
}

/** A history is kept for ever: the database grows with it, and with nothing else. */
function growthOf(samples: readonly SoakSample[]): Verdict {
  const last = samples.at(-1);
  const attempts = last?.attempts ?? 0;
  const bytes = (last?.database ?? 0) * 1024 * 1024;
  return {
    what: `database at the end at most ${BYTES_PER_ATTEMPT} bytes per ended attempt + 2 MB`,
    seen: `${Math.round(bytes)} bytes for ${attempts} attempts`,
    isKept: bytes <= attempts * BYTES_PER_ATTEMPT + 2 * 1024 * 1024,
  };
}

export function longestLife(samples: readonly SoakSample[]): readonly SoakSample[] {
  const numbers = [...new Set(samples.map(({ life }) => life))];
  const lives = numbers.map((number) => samples.filter(({ life }) => life === number));
  return lives.reduce((best, life) => (life.length > best.length ? life : best), []);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
