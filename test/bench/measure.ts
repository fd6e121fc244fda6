/** One row of the table. Times are milliseconds. */
export interface Measurement {
  readonly name: string;
  readonly perSecond: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  /** The row it is compared with, and its share of that row's rate. */
  readonly limit?: string;
  readonly ratio?: number;
}

/** Repeats `operation` for `seconds`, `inFlight` at a time, after a short warm-up. */
export async function measure(
  name: string,
  seconds: number,
  inFlight: number,
  operation: () => Promise<unknown>,
): Promise<Measurement> {
  await repeat(Math.min(1, seconds / 3), inFlight, operation);
  const { times, elapsed } = await repeat(seconds, inFlight, operation);
  return summary(name, times, elapsed);
}

export function summary(name: string, times: readonly number[], elapsed: number): Measurement {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    name,
    perSecond: (times.length / elapsed) * 1000,
    median: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

async function repeat(
  seconds: number,
  inFlight: number,
  operation: () => Promise<unknown>,
): Promise<{ times: number[]; elapsed: number }> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const before = performance.now();
      await operation();
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { times, elapsed: performance.now() - start };
}

export function table(rows: readonly Measurement[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.perSecond.toFixed(0),
    row.median.toFixed(2),
    row.p95.toFixed(2),
    row.p99.toFixed(2),
    row.ratio === undefined ? "" : `${(row.ratio * 100).toFixed(0)} % of ${row.limit ?? ""}`,
  ]);
  const all = [["what", "per second", "median ms", "p95 ms", "p99 ms", "ratio"], ...cells];
  const widths = all[0]?.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0))) ?? [];
  return all.map((row) => row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join("  ")).join("\n");
}
