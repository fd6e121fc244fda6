import { describe, expect, it } from "vitest";
import { figuresOf, growth } from "../../bench/ui/figures.ts";

const stretch = (
  clicks: number,
  painted: readonly (readonly [id: number, duration: number])[],
  tasks: readonly (readonly [start: number, duration: number])[] = [],
) => ({
  clicks,
  seconds: 10,
  notes: {
    now: 0,
    reports: 1200 * 10,
    clicks: painted.map(([id, duration]) => ({ id, duration })),
    tasks: tasks.map(([start, duration]) => ({ start, duration })),
  },
});

describe("the figures of the board's benchmark", () => {
  it("count a click once, with the slowest of its events, and unnoted ones as fast", () => {
    const figures = figuresOf([
      stretch(4, [
        [1, 24],
        [1, 120],
        [2, 32],
      ]),
    ]);
    expect(figures).toMatchObject({ clicks: 4, median: 32, slowest: 120 });
  });

  it("count the seconds that a long task touches, not the tasks", () => {
    const tasks = [
      [1100, 60],
      [1400, 70],
      [3950, 120],
    ] as const;
    expect(figuresOf([stretch(0, [], tasks)])).toMatchObject({
      roughSeconds: 3,
      longestTask: 120,
    });
  });

  it("add up what the printers reported, so that a late farm shows", () => {
    const { reports, seconds } = figuresOf([stretch(0, []), stretch(0, [])]);
    expect(reports / seconds / 300).toBe(4);
  });

  it("see a heap that grows through what comes and goes", () => {
    expect(growth([20, 26, 21, 20, 25, 20])).toBe(0);
    expect(growth([20, 26, 21, 24, 30, 30])).toBeCloseTo(0.5);
    expect(growth([20, 40])).toBe(0);
  });
});
