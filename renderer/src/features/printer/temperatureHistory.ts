import type { PrinterLive } from "#shared/contract/farm.ts";
import * as z from "zod";

export interface Reading {
  /** Wall milliseconds. */
  readonly at: number;
  readonly temperature: number;
  readonly target: number;
}

/** Readings by heater, oldest first. */
export type History = ReadonlyMap<string, readonly Reading[]>;

/** Milliseconds that are kept and shown. */
export const WINDOW = 10 * 60_000;
/** Readings closer than this are one: ten minutes are at most 600 of them per heater. */
const STEP = 900;

/** Adds what a status says; what is older than the window falls out. */
export function withStatus(history: History, live: PrinterLive, at: number): History {
  const next = new Map(history);
  for (const { name, temperature, target } of live.temperatures) {
    const known = next.get(name) ?? [];
    const last = known.at(-1);
    if (last !== undefined && at - last.at < STEP) continue;
    const kept = known.filter((reading) => at - reading.at <= WINDOW);
    next.set(name, [...kept, { at, temperature, target }]);
  }
  return next;
}

const Stored = z.record(
  z.string(),
  z.object({
    temperatures: z.array(z.number().nullable()),
    targets: z.array(z.number().nullable()).optional(),
  }),
);
/** What Moonraker keeps: one value a second, newest last. */
export const TemperatureStore = Stored;

/** The past as the printer's Moonraker kept it, up to `at`. Only the heaters that are shown. */
export function fromStore(
  store: z.output<typeof Stored>,
  names: readonly string[],
  at: number,
): History {
  const history = new Map<string, readonly Reading[]>();
  for (const name of names) {
    const kept = store[name];
    if (kept === undefined) continue;
    const { temperatures, targets = [] } = kept;
    const readings = temperatures.flatMap((temperature, index) => {
      const age = (temperatures.length - 1 - index) * 1000;
      if (temperature === null || age > WINDOW) return [];
      return [{ at: at - age, temperature, target: targets[index] ?? 0 }];
    });
    history.set(name, readings);
  }
  return history;
}
