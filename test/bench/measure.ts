import { setTimeout as sleep } from "node:timers/promises";
import { type Usage, usageOf } from "./processUsage.ts";

/** One row of the table. Times are milliseconds, memory is megabytes. */
export interface Row {
  readonly name: string;
  readonly perSecond: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  /** CPU of the measured process per operation; null where it cannot be read. */
  readonly cpu: number | null;
  /** Resident memory of the measured process at the end; null where it cannot be read. */
  readonly memory: number | null;
  /** The row it is compared with, and its share of that row's rate. */
  readonly limit?: string;
  readonly ratio?: number;
  /** What is required of the row, and whether this run kept to it. */
  readonly verdicts?: readonly Verdict[];
}

export interface Verdict {
  readonly required: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Plan {
  readonly name: string;
  readonly seconds: number;
  readonly inFlight: number;
  /** The process whose CPU and memory are counted; absent = none. */
  readonly pid?: number | undefined;
  /** `lane` tells the operations in flight apart, from 0. */
  readonly operation: (lane: number) => Promise<unknown>;
  /** Operations begun a second, evenly; absent = the next begins when one has ended. */
  readonly rate?: number;
  /** How many operations one call counts for. */
  readonly weight?: number;
}

/** Repeats an operation, so many at a time, after a short warm-up. */
export async function measure(plan: Plan): Promise<Row> {
  await repeat({ ...plan, seconds: Math.min(1.5, plan.seconds) });
  const before = await usageOf(plan.pid);
  const { times, elapsed } = await repeat(plan);
  const after = await usageOf(plan.pid);
  const weight = plan.weight ?? 1;
  const row = summary(plan.name, times, elapsed);
  const counted = { ...row, perSecond: row.perSecond * weight };
  return withUsage(counted, before, after, times.length * weight);
}

/** The row with what the measured process used for so many operations. */
export function withUsage(
  row: Row,
  before: Usage | null,
  after: Usage | null,
  operations: number,
): Row {
  const known = before !== null && after !== null && operations > 0;
  return {
    ...row,
    cpu: known ? (after.cpu - before.cpu) / operations : null,
    memory: after?.memory ?? null,
  };
}

/** A row of times measured elsewhere. `elapsed` is what they took together. */
export function summary(name: string, times: readonly number[], elapsed: number): Row {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    name,
    perSecond: elapsed === 0 ? 0 : (times.length / elapsed) * 1000,
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    cpu: null,
    memory: null,
  };
}

/** Two runs of the same thing as one row. */
export function mean(one: Row, other: Row): Row {
  const half = (key: "perSecond" | "median" | "p95" | "p99"): number => (one[key] + other[key]) / 2;
  return {
    ...one,
    perSecond: half("perSecond"),
    median: half("median"),
    p95: half("p95"),
    p99: half("p99"),
  };
}

/** The value that `share` of the sorted values do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** The row beside its limit, with what is required of their ratio. */
export function against(row: Row, limit: Row, atLeast: number): Row {
  const ratio = row.perSecond / limit.perSecond;
  const verdict = {
    required: `at least ${percent(atLeast)} of ${limit.name}`,
    measured: percent(ratio),
    met: ratio >= atLeast,
  };
  return {
    ...row,
    limit: limit.name,
    ratio,
    verdicts: [...(row.verdicts ?? []), verdict],
  };
}

/** The row with one more requirement: a figure that must stay below (or above) a bound. */
export function judged(
  row: Row,
  what: string,
  value: number,
  bound: { readonly below: number } | { readonly atLeast: number },
  unit: string,
): Row {
  const below = "below" in bound;
  const verdict = {
    required: below
      ? `${what} under ${bound.below} ${unit}`
      : `${what} at least ${bound.atLeast} ${unit}`,
    measured: `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`,
    met: below ? value < bound.below : value >= bound.atLeast,
  };
  return { ...row, verdicts: [...(row.verdicts ?? []), verdict] };
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

async function repeat(
  plan: Pick<Plan, "seconds" | "inFlight" | "operation" | "rate">,
): Promise<{ times: number[]; elapsed: number }> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + plan.seconds * 1000;
  let begun = 0;
  const run = async (lane: number): Promise<void> => {
    while (performance.now() < end) {
      if (plan.rate !== undefined) {
        await sleep(Math.max(0, start + (begun++ / plan.rate) * 1000 - performance.now()));
      }
      const before = performance.now();
      await plan.operation(lane);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: plan.inFlight }, (_, lane) => run(lane)));
  return { times, elapsed: performance.now() - start };
}
