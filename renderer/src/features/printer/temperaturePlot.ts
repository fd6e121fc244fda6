import type { History, Reading } from "./temperatureHistory.ts";
import { WINDOW } from "./temperatureHistory.ts";

/** Units of the drawing: both axes are stretched to the room there is. */
export const PLOT = { width: 600, height: 200 } as const;

/** Milliseconds shown at least, so that the first readings are not stretched over the whole width. */
const SHORTEST = 60_000;

export interface PlotLine {
  readonly name: string;
  /** Points of a polyline, `x,y x,y`. */
  readonly points: string;
  readonly target: string | null;
  readonly now: Reading;
}

export interface Plot {
  readonly lines: readonly PlotLine[];
  /** Degrees at the top of the drawing; the bottom is 0. */
  readonly top: number;
  /** Milliseconds from the left edge to the right one, which is now. */
  readonly span: number;
  /** Degrees that get a line across. */
  readonly ticks: readonly number[];
}

/** What is known of the last ten minutes, as lines. Null until there is anything to draw. */
export function temperaturePlot(history: History, now: number): Plot | null {
  const all = [...history.values()].flat();
  if (all.length === 0) return null;
  const highest = all.reduce(
    (top, { temperature, target }) => Math.max(top, temperature, target),
    0,
  );
  const first = all.reduce((oldest, { at }) => Math.min(oldest, at), now);
  const span = Math.min(WINDOW, Math.max(SHORTEST, now - first));
  const step = highest > 120 ? 100 : 50;
  const top = Math.max(step, Math.ceil((highest + 5) / step) * step);
  const x = (at: number): number => Math.round((1 - (now - at) / span) * PLOT.width * 10) / 10;
  const y = (degrees: number): number => Math.round((1 - degrees / top) * PLOT.height * 10) / 10;
  const lines = [...history].flatMap(([name, readings]): PlotLine[] => {
    const last = readings.at(-1);
    if (last === undefined) return [];
    const heated = readings.some(({ target }) => target > 0);
    return [
      {
        name,
        now: last,
        points: readings.map((one) => `${x(one.at)},${y(one.temperature)}`).join(" "),
        target: heated ? readings.map((one) => `${x(one.at)},${y(one.target)}`).join(" ") : null,
      },
    ];
  });
  const ticks = Array.from({ length: top / step }, (_, index) => (index + 1) * step);
  return { lines, top, span, ticks: ticks.slice(0, -1) };
}

/** A heater's name as people say it. */
export function heaterName(name: string): string {
  const [kind, ...own] = name.split(" ");
  if (own.length > 0) return own.join(" ");
  return kind === "heater_bed" ? "bed" : name;
}
