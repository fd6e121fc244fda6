import { describe, expect, it } from "vitest";
import { figuresOf, growth } from "../../bench/ui/figures.ts";
import { stolenIn, type Theft } from "../../bench/ui/stolenTime.ts";
import { pageTasks } from "../../bench/ui/traceTasks.ts";
import { type Measured, verdictsOf } from "../../bench/ui/verdicts.ts";

const stretch = (
  clicks: number,
  painted: readonly (readonly [id: number, duration: number])[],
  tasks: readonly (readonly [start: number, duration: number])[] = [],
  thefts: readonly Theft[] = [],
) => ({
  clicks,
  seconds: 10,
  notes: {
    origin: 0,
    now: 0,
    clicks: painted.map(([id, duration]) => ({ id, duration })),
    tasks: tasks.map(([start, duration]) => ({ start, duration })),
  },
  // Half of each is waiting.
  tasks: tasks.map(([start, duration]) => ({ start, duration, own: duration / 2 })),
  thefts,
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
      ownRoughSeconds: 2,
      longestOwn: 60,
    });
  });

  it("tell the rough seconds from which another machine took processor time", () => {
    const tasks = [
      [1100, 60],
      [3400, 70],
    ] as const;
    const thefts = [
      { at: 3100, stolen: 30 },
      { at: 3400, stolen: 20 },
      { at: 5000, stolen: 80 },
      { at: 7000, stolen: 10 },
    ];
    expect(figuresOf([stretch(0, [], tasks, thefts)])).toMatchObject({
      roughSeconds: 2,
      robbedSeconds: 2,
      robbedRoughSeconds: 1,
    });
  });

  it("know what was stolen from what the system counts", () => {
    const stat =
      "cpu  3730383 233228 770142 4338601 25016 0 49878 183410 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
    expect(stolenIn(stat)).toBe(1_834_100);
    expect(stolenIn("")).toBeUndefined();
  });

  it("take the page's tasks out of a trace, with what a processor worked for them", () => {
    const task = { name: "ThreadControllerImpl::RunTask", ph: "X", pid: 7, ts: 5000 };
    const traceEvents = [
      { name: "thread_name", ph: "M", pid: 7, tid: 1, args: { name: "CrRendererMain" } },
      { ...task, tid: 1, dur: 80_000, tdur: 31_000 },
      { ...task, tid: 1, dur: 20_000, tdur: 20_000 },
      { ...task, tid: 2, dur: 90_000, tdur: 90_000 },
    ];
    const found = [{ start: 5, duration: 80, own: 31 }];
    expect(pageTasks(JSON.stringify({ traceEvents }), 50)).toEqual(found);
  });

  it("see a heap that grows through what comes and goes", () => {
    expect(growth([20, 26, 21, 20, 25, 20])).toBe(0);
    expect(growth([20, 26, 21, 24, 30, 30])).toBeCloseTo(0.5);
  });

  it("do not call a heap steady that was looked at too seldom", () => {
    expect(growth([20, 40])).toBeNull();
    expect(growth([])).toBeNull();
  });
});

describe("the verdicts of the board's benchmark", () => {
  const calm = figuresOf([stretch(4, [[1, 40]])]);
  const good = { printers: 300, reports: 3.98, farm: calm, whole: calm, heaps: [20, 21, 20.5] };
  const states = (measured: Measured) =>
    Object.fromEntries(verdictsOf(measured).map(({ promise, state }) => [promise, state]));

  it("say of each promise whether it was kept", () => {
    expect(states(good)).toEqual({ reports: "kept", click: "kept", calm: "kept", heap: "kept" });
    const bad = figuresOf([stretch(1, [[1, 160]], [[1100, 60]])]);
    expect(states({ ...good, whole: bad, heaps: [20, 21, 22] })).toEqual({
      reports: "kept",
      click: "not kept",
      calm: "not kept",
      heap: "not kept",
    });
  });

  it("say nothing about the heap after one round, instead of calling it steady", () => {
    expect(states({ ...good, heaps: [20] })).toMatchObject({ click: "kept", heap: "not measured" });
  });

  it("call a run invalid, and nothing in it kept, when the printers reported late", () => {
    const late = { ...good, reports: 2 };
    expect(states(late)).toEqual({
      reports: "not kept",
      click: "not measured",
      calm: "not measured",
      heap: "not measured",
    });
    expect(verdictsOf(late)[0]?.text).toContain("INVALID");
  });
});
