import type { CDPSession, Page } from "playwright-core";
import * as z from "zod";

/** What the browser itself noted while the page worked. Milliseconds since the page's start. */
const Notes = z.object({
  /** The page's start on the computer's clock. */
  origin: z.number(),
  now: z.number(),
  /** Tasks of the page's thread over 50 ms. */
  tasks: z.array(z.object({ start: z.number(), duration: z.number() })),
  /** Clicks whose next painted frame came 16 ms after them or later, in steps of 8 ms. */
  clicks: z.array(z.object({ id: z.number(), duration: z.number() })),
});
export type Notes = z.output<typeof Notes>;

/** Runs in the page before its own scripts: asks the browser to write down long tasks and slow clicks. */
const OBSERVE = `
  globalThis.benchNotes = { tasks: [], clicks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      benchNotes.tasks.push({ start: startTime, duration });
  }).observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId > 0) benchNotes.clicks.push({ id: interactionId, duration });
  }).observe({ type: "event", durationThreshold: 16 });
`;
const TAKE = `(() => {
  const { tasks, clicks } = benchNotes;
  benchNotes.tasks = [];
  benchNotes.clicks = [];
  return { origin: performance.timeOrigin, now: performance.now(), tasks, clicks };
})()`;

/** Bytes of live objects, after a full collection; and what keeps them. */
export interface Heap {
  readonly bytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Looks at one page from outside with the browser's own instruments. */
export class PageProbe {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  /** Before the page is opened. */
  static async attach(page: Page): Promise<PageProbe> {
    await page.addInitScript(OBSERVE);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    await session.send("HeapProfiler.enable");
    return new PageProbe(page, session);
  }

  /** What was noted since the last call. */
  async take(): Promise<Notes> {
    // Notes of the last frame are handed over after it.
    await this.#page.waitForTimeout(100);
    return Notes.parse(await this.#page.evaluate(TAKE));
  }

  /** Stops the page for a moment: its long tasks are not the page's own. */
  async heap(): Promise<Heap> {
    await this.#session.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#session.send("Performance.getMetrics");
    const read = (name: string): number =>
      metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      bytes: read("JSHeapUsedSize"),
      nodes: read("Nodes"),
      listeners: read("JSEventListeners"),
    };
  }
}
