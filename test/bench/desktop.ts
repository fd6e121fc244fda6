import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { waitFor } from "../support/apiClient.ts";
import { callHost, printersOf } from "../support/desktopHost.ts";
import { launchApp, type RunningApp, temporaryFolder } from "../support/electronApp.ts";
import { startSimulatorProcess } from "../support/simulatorProcess.ts";
import { quantile } from "./measure.ts";

/**
 * `npm run bench:desktop [-- COUNT...]`: the built app (or the one in ELECTRON_EXEC) with 6 and with 300
 * printers that are simulated in a process of their own. Prints a table and writes
 * test-output/bench/desktop.json.
 */
const STARTS = Number(process.env["BENCH_STARTS"] ?? "5");
const COUNTS = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [6, 300];
/** Milliseconds after the start at which memory is read: everything is connected and at rest. */
const SETTLED = 10_000;

interface ProcessMemory {
  readonly type: string;
  /** Megabytes: resident, and its share of what is shared with other processes. */
  readonly resident: number;
  readonly proportional: number;
}

interface Result {
  readonly printers: number;
  readonly board: readonly number[];
  readonly connected: readonly number[];
  readonly memory: readonly ProcessMemory[];
}

/** The board is there for use: columns with their printers' states, and all printers counted. */
async function boardShows({ page }: RunningApp, count: number): Promise<void> {
  const all = page.getByTestId("filter-all");
  await page.locator("article[data-testid^='printer-']").first().waitFor();
  await waitFor("all printers to be counted", async () =>
    ((await all.textContent()) ?? "").includes(String(count)),
  );
}

/** Milliseconds from the start of the process until the board is there, and until every printer is connected. */
async function timeStart(dataDir: string, count: number): Promise<[RunningApp, number, number]> {
  const began = performance.now();
  const app = await launchApp({ dataDir });
  await boardShows(app, count);
  const board = performance.now() - began;
  const url: string = await app.page.evaluate("window.nextplate.hostUrl");
  await waitFor("all printers to be connected", () => allConnected(url), 60_000);
  return [app, board, performance.now() - began];
}

async function allConnected(url: string): Promise<boolean> {
  return (await printersOf(url)).every(({ link }) => link.state === "connected");
}

async function memoryOf({ app }: RunningApp): Promise<ProcessMemory[]> {
  const metrics = await app.evaluate((electron) =>
    electron.app.getAppMetrics().map(({ pid, type, name }) => ({ pid, type: name ?? type })),
  );
  return metrics.flatMap(({ pid, type }) => {
    const text = readMemory(pid);
    if (text === null) return [];
    const megabytes = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1024;
    return [{ type, resident: megabytes("Rss"), proportional: megabytes("Pss") }];
  });
}

function readMemory(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  } catch {
    return null;
  }
}

async function measureFarm(count: number): Promise<Result> {
  const folder = await temporaryFolder();
  const simulator = await startSimulatorProcess({ count });
  try {
    const first = await launchApp({ dataDir: folder.path });
    const url: string = await first.page.evaluate("window.nextplate.hostUrl");
    for (const [index, printer] of simulator.printers.entries()) {
      const link = { kind: "moonraker", address: printer.url };
      await callHost(url, "farm.printers.add", { name: `Printer ${index + 1}`, link });
    }
    await waitFor("all printers to be connected", () => allConnected(url), 120_000);
    await first.quit();

    const board: number[] = [];
    const connected: number[] = [];
    let memory: ProcessMemory[] = [];
    for (let start = 1; start <= STARTS; start++) {
      const [app, shown, all] = await timeStart(folder.path, count);
      board.push(shown);
      connected.push(all);
      if (start === STARTS) {
        await new Promise((resolve) => setTimeout(resolve, SETTLED));
        memory = await memoryOf(app);
      }
      await app.quit();
    }
    return { printers: count, board, connected, memory };
  } finally {
    await simulator.stop();
    await folder.forget();
  }
}

const seconds = (times: readonly number[], share: number): string =>
  (
    quantile(
      times.toSorted((a, b) => a - b),
      share,
    ) / 1000
  ).toFixed(2);

function report({ printers, board, connected, memory }: Result): string {
  const total = memory.reduce((sum, { proportional }) => sum + proportional, 0);
  return [
    `${printers} printers, ${board.length} starts`,
    `  usable board       median ${seconds(board, 0.5)} s, slowest ${seconds(board, 1)} s`,
    `  all connected      median ${seconds(connected, 0.5)} s, slowest ${seconds(connected, 1)} s`,
    ...memory.map(
      ({ type, resident, proportional }) =>
        `  ${type.padEnd(34)} ${proportional.toFixed(0).padStart(4)} MB of its own, ${resident.toFixed(0)} resident`,
    ),
    `  ${"all processes".padEnd(34)} ${total.toFixed(0).padStart(4)} MB`,
    "",
  ].join("\n");
}

const results: Result[] = [];
for (const count of COUNTS) {
  const result = await measureFarm(count);
  results.push(result);
  process.stdout.write(report(result));
}
mkdirSync("test-output/bench", { recursive: true });
writeFileSync("test-output/bench/desktop.json", `${JSON.stringify(results, undefined, 2)}\n`);
