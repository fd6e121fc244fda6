import type { Notes } from "./pageProbe.ts";
import type { Theft } from "./stolenTime.ts";
import type { Task } from "./traceTasks.ts";

/** Milliseconds: longer is a long task. */
export const LONG = 50;
/** Milliseconds of all processors: a second from which so much was stolen says nothing of the page. */
const ROBBED = 50;
/** Milliseconds: a click nobody noted was painted before the browser begins to note. */
const UNNOTED = 16;

export interface Figures {
  readonly clicks: number;
  /** From the click to the next painted frame, milliseconds. */
  readonly median: number;
  readonly p95: number;
  readonly slowest: number;
  readonly seconds: number;
  /** Seconds in which a task of the page took over 50 ms. */
  readonly roughSeconds: number;
  readonly longestTask: number;
  /** The same of what a processor worked for the page, without what it waited for one. */
  readonly ownRoughSeconds: number;
  readonly longestOwn: number;
  /** Seconds from which another machine took processor time, and how many of the rough ones they are. */
  readonly robbedSeconds: number;
  readonly robbedRoughSeconds: number;
}

/** One stretch of work: clicks sent, what the browser noted meanwhile, how long it was watched. */
export interface Stretch {
  readonly clicks: number;
  readonly seconds: number;
  readonly notes: Notes;
  /** The long ones, as the browser's trace has them. */
  readonly tasks: readonly Task[];
  /** Processor time that other machines took meanwhile. */
  readonly thefts: readonly Theft[];
}

/** Sums of several stretches. A click that went through several events counts once, with the slowest. */
export function figuresOf(stretches: readonly Stretch[]): Figures {
  const sum = (of: (stretch: Stretch) => number): number =>
    stretches.reduce((total, stretch) => total + of(stretch), 0);
  const most = (of: (stretch: Stretch) => readonly number[]): number =>
    Math.max(0, ...stretches.flatMap(of));
  const painted = stretches.flatMap(({ notes }) => {
    const slowest = new Map<number, number>();
    for (const { id, duration } of notes.clicks) {
      slowest.set(id, Math.max(duration, slowest.get(id) ?? 0));
    }
    return [...slowest.values()];
  });
  const clicks = sum((stretch) => stretch.clicks);
  const times = Array.from({ length: Math.max(0, clicks - painted.length) }, () => UNNOTED)
    .concat(painted)
    .toSorted((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return {
    clicks,
    median: at(0.5),
    p95: at(0.95),
    slowest: times.at(-1) ?? 0,
    seconds: sum(({ seconds }) => seconds),
    roughSeconds: sum(({ notes }) => roughSeconds(notes.tasks).size),
    longestTask: most(({ notes }) => notes.tasks.map(({ duration }) => duration)),
    ownRoughSeconds: sum(({ tasks }) => roughSeconds(tasks.filter(({ own }) => own > LONG)).size),
    longestOwn: most(({ tasks }) => tasks.map(({ own }) => own)),
    robbedSeconds: sum((stretch) => robbedSeconds(stretch).size),
    robbedRoughSeconds: sum((stretch) => {
      const robbed = robbedSeconds(stretch);
      return [...roughSeconds(stretch.notes.tasks)].filter((second) => robbed.has(second)).length;
    }),
  };
}

/** Whole seconds that a long task touches: one of three seconds makes three rough ones. */
function roughSeconds(tasks: Notes["tasks"]): ReadonlySet<number> {
  const seconds = new Set<number>();
  for (const { start, duration } of tasks) {
    for (let at = Math.floor(start / 1000); at <= (start + duration) / 1000; at++) seconds.add(at);
  }
  return seconds;
}

/** Seconds of the page's clock, as the rough ones are. */
function robbedSeconds({ notes, thefts }: Stretch): ReadonlySet<number> {
  const taken = new Map<number, number>();
  for (const { at, stolen } of thefts) {
    const second = Math.floor((at - notes.origin) / 1000);
    taken.set(second, (taken.get(second) ?? 0) + stolen);
  }
  return new Set([...taken].filter(([, stolen]) => stolen >= ROBBED).map(([second]) => second));
}

/**
 * Growth from the first third of the samples to the last, as a share of the first; the smallest of each
 * third, since what is still in use by chance only adds. Null for fewer than three: nothing to compare.
 */
export function growth(samples: readonly number[]): number | null {
  const third = Math.floor(samples.length / 3);
  if (third === 0) return null;
  const first = Math.min(...samples.slice(0, third));
  const last = Math.min(...samples.slice(-third));
  return last / first - 1;
}
