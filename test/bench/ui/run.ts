import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { constants, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { PAGE_JS_FLAGS } from "#shared/desktop/pageEngine.ts";
import { farmOf } from "../../support/boardStates.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { FakeBoardHost } from "../../support/fakeBoardHost.ts";
import { screenAnswers } from "../../support/screenAnswers.ts";
import { BusyFarm } from "./busyFarm.ts";
import { type Figures, figuresOf, LONG, type Stretch } from "./figures.ts";
import { go, longHistory, longQueue, lostHost, type Shift, shiftsWith } from "./operator.ts";
import { type Heap, PageProbe } from "./pageProbe.ts";
import { runBehind } from "./runBehind.ts";
import { StolenTime } from "./stolenTime.ts";
import { pageTasks } from "./traceTasks.ts";
import { verdictsOf } from "./verdicts.ts";

/**
 * `npm run bench:ui`: the board in Chromium while simulated printers report four times a second to a real
 * host, each a process of its own. Somebody clicks all the time. Prints what a click waits for its picture,
 * how many seconds had a long task, and whether the heap grows; fails when a promise is not kept, or was
 * not measured.
 *
 *   --seconds N     how long in all (600); the heap says little below 300
 *   --printers N    (300)
 *   --parts WORDS   only the parts whose names hold one of them (`board,wall`), to look into those
 *   --trace DIR     also writes a trace of each stretch there, for the browser's developer tools
 */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    printers: { type: "string", default: "300" },
    parts: { type: "string", default: "" },
    trace: { type: "string" },
  },
});
const SECONDS = Number(values.seconds);
const PRINTERS = Number(values.printers);
/** Seconds of one stretch; after each round of them the heap is looked at. */
const STRETCH = 15;
/** Milliseconds: by then the columns that fill in behind the first one are all there. */
const AT_REST = 1000;

interface Part {
  readonly name: string;
  readonly stretches: Stretch[];
}

/** All shifts in turn until the time is over, on one page that is never loaded anew. */
async function watch(
  browser: Browser,
  url: string,
  shifts: readonly (readonly [string, Shift])[],
  seconds: number,
): Promise<{ readonly parts: readonly Part[]; readonly heaps: readonly Heap[] }> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  try {
    const probe = await PageProbe.attach(page);
    await page.goto(url);
    await page.locator("article").first().waitFor();
    const parts = shifts.map(([name]): Part => ({ name, stretches: [] }));
    const heaps: Heap[] = [];
    const end = performance.now() + seconds * 1000;
    // Screens are fetched when first opened, and what they run is compiled when it has run often: both stay
    // in the heap, and are not what is measured.
    const warmUp = Math.min(STRETCH, seconds / 20) * 1000;
    for (const [, shift] of shifts) await shift(page, performance.now() + Math.max(3000, warmUp));
    for (let turn = 0; performance.now() < end || turn < shifts.length; turn++) {
      const part = parts[turn % parts.length];
      const shift = shifts[turn % shifts.length]?.[1];
      if (part === undefined || shift === undefined) break;
      // Without a folder only the tasks themselves, which costs next to nothing.
      await browser.startTracing(
        page,
        values.trace === undefined
          ? { categories: ["toplevel"] }
          : {
              path: `${values.trace}/${part.name.replaceAll(/\W+/g, "-")}-${turn}.json`,
              // No profiler: starting it is a long task by itself.
              categories: ["toplevel", "devtools.timeline", "v8"],
            },
      );
      await probe.take();
      stolenTime.take();
      const started = performance.now();
      const length = Math.min(STRETCH, Math.max(4, seconds / shifts.length)) * 1000;
      const clicks = await shift(page, started + length);
      const notes = await probe.take();
      const took = (performance.now() - started) / 1000;
      const tasks = pageTasks((await browser.stopTracing()).toString(), LONG);
      const thefts = stolenTime.take();
      part.stretches.push({ clicks, seconds: took, notes, tasks, thefts });
      if (turn % shifts.length !== shifts.length - 1) continue;
      // A shift may have ended among the filters.
      await go(page, "board");
      await page.locator("article").first().waitFor();
      await page.waitForTimeout(AT_REST);
      heaps.push(await probe.heap());
    }
    return { parts, heaps };
  } finally {
    await page.close();
  }
}

function row(name: string, figures: Figures): readonly string[] {
  const calm = 1 - figures.roughSeconds / figures.seconds;
  return [
    name,
    `${figures.clicks}`,
    figures.median.toFixed(0),
    figures.p95.toFixed(0),
    figures.slowest.toFixed(0),
    `${(calm * 100).toFixed(1)} %`,
    figures.longestTask.toFixed(0),
    figures.longestOwn.toFixed(0),
  ];
}

const rowsOf = (parts: readonly Part[]) =>
  parts.map(({ name, stretches }) => row(name, figuresOf(stretches)));

function printTable(rows: readonly (readonly string[])[]): void {
  const head = [
    "where",
    "clicks",
    "median ms",
    "p95 ms",
    "slowest ms",
    "calm seconds",
    "longest task ms",
    "of it at work",
  ];
  const all = [head, ...rows];
  const widths = head.map((_, n) => Math.max(...all.map((cells) => cells[n]?.length ?? 0)));
  for (const cells of all) {
    process.stdout.write(`${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join("  ")}\n`);
  }
}

function build(): void {
  const vite = fileURLToPath(
    new URL("node_modules/electron-vite/bin/electron-vite.js", `file://${ROOT}`),
  );
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("The board could not be built; see the lines above.");
}

build();
// As the app's own window runs it.
const browser = await launchBrowser([`--js-flags=${PAGE_JS_FLAGS}`]);
const farm = await BusyFarm.start(PRINTERS);
// It stands for a hand and an eye, which take no processor: the browser and the host, started above, go first.
runBehind(process.pid, constants.priority.PRIORITY_BELOW_NORMAL);
const stolenTime = new StolenTime();
stolenTime.start();
const printers = farmOf(PRINTERS, Date.now() / 1000);
const scripted = new FakeBoardHost({
  printers,
  root: `${ROOT}out/renderer`,
  answer: screenAnswers(printers, Date.now() / 1000, { attempts: 50_000 }),
});
try {
  farm.takeReports();
  const words = values.parts.split(",");
  const wanted = ([name]: readonly [string, Shift]): boolean =>
    words.some((word) => name.includes(word));
  const shifts = [...shiftsWith(PRINTERS), longQueue(farm.longQueue)].filter(wanted);
  const busy = await watch(browser, farm.url, shifts, SECONDS);
  const reports = farm.takeReports();
  await farm.stop();
  // At once: ten minutes' figures must not hang on the parts that follow.
  printTable(rowsOf(busy.parts));
  scripted.tick(250);
  const alone: readonly (readonly [string, Shift])[] = [
    ["50,000 prints in the history", longHistory],
    ["the host lost and back", lostHost(scripted, PRINTERS)],
  ];
  const lists = await watch(
    browser,
    await scripted.start(),
    alone.filter(wanted),
    Math.min(60, SECONDS / 5),
  );
  const parts = [...busy.parts, ...lists.parts].map(({ name, stretches }) => ({
    name,
    figures: figuresOf(stretches),
  }));
  const whole = figuresOf([...busy.parts, ...lists.parts].flatMap(({ stretches }) => stretches));
  printTable([...rowsOf(lists.parts), row("all of it", whole)]);
  const bytes = busy.heaps.map((heap) => heap.bytes);
  const megabytes = bytes.map((count) => (count / 1e6).toFixed(1)).join(" ");
  process.stdout.write(`heap after a collection, MB: ${megabytes}\n`);
  const [first, last] = [busy.heaps[0], busy.heaps.at(-1)];
  const change = (of: "nodes" | "listeners"): string =>
    busy.heaps.length < 2 ? "not measured" : `${first?.[of]} -> ${last?.[of]}`;
  process.stdout.write(`DOM nodes ${change("nodes")}, listeners ${change("listeners")}\n`);
  const farmFigures = figuresOf(busy.parts.flatMap(({ stretches }) => stretches));
  const verdicts = verdictsOf({
    printers: PRINTERS,
    reports,
    farm: farmFigures,
    whole,
    heaps: bytes,
  });
  for (const { state, text } of verdicts) {
    process.stdout.write(`${state === "kept" ? state : state.toUpperCase()}  ${text}\n`);
  }
  process.stdout.write(
    `in ${whole.ownRoughSeconds} of ${whole.roughSeconds} seconds with a long task the page itself worked over ${LONG} ms; in the others it waited for a processor\n`,
  );
  process.stdout.write(
    `other machines took 50 ms of a processor or more in ${whole.robbedSeconds} of ${whole.seconds.toFixed(0)} seconds, ${whole.robbedRoughSeconds} of the ${whole.roughSeconds} with a long task among them\n`,
  );
  const processor = cpus()[0]?.model ?? "unknown";
  const machine = { processor, cores: cpus().length, date: new Date().toISOString() };
  mkdirSync(`${ROOT}test-output`, { recursive: true });
  const result = { machine, printers: PRINTERS, parts, whole, heaps: busy.heaps, verdicts };
  writeFileSync(`${ROOT}test-output/bench-ui.json`, JSON.stringify(result, null, 2));
  if (verdicts.some(({ state }) => state !== "kept")) process.exitCode = 1;
} finally {
  stolenTime.stop();
  await browser.close();
  await farm.stop();
  await scripted.stop();
}
