import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { PrinterView } from "#shared/contract/farm.ts";
import { everyState, farmOf } from "../test/support/boardStates.ts";
import { launchBrowser } from "../test/support/chromium.ts";
import { FakeBoardHost } from "../test/support/fakeBoardHost.ts";
import { screenAnswers } from "../test/support/screenAnswers.ts";

/**
 * `npm run screenshots`: every screen with scripted printers, in Chromium, into docs/images. With names as
 * arguments only those; `--out DIR` puts them elsewhere, `--all` adds sizes and states that no page shows.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Bytes: pictures lie in the repository. */
const MOST = 200_000;

interface Shot {
  readonly name: string;
  readonly printers: readonly PrinterView[];
  readonly at: string;
  readonly theme?: "dark" | "light";
  readonly language?: "en" | "de";
  readonly size?: readonly [number, number];
  /** Only with --all: for looking at, not for a page. */
  readonly extra?: boolean;
  readonly act?: (page: Page) => Promise<void>;
}

const now = Date.now() / 1000;
const states = everyState(now);
const six = states.slice(0, 6);
const forty = farmOf(40, now);
const click = (id: string) => (page: Page) => page.getByTestId(id).first().click();

const SHOTS: readonly Shot[] = [
  { name: "board", printers: six, at: "board", size: [1440, 860] },
  { name: "board-light", printers: six, at: "board", theme: "light", size: [1440, 860] },
  { name: "board-attention", printers: states.slice(6), at: "board", size: [1600, 900] },
  { name: "wall", printers: farmOf(36, now), at: "wall", size: [1100, 560] },
  { name: "wall-300", printers: farmOf(300, now), at: "wall", size: [1920, 1080], extra: true },
  { name: "first-run", printers: [], at: "board" },
  {
    name: "find-printers",
    printers: [],
    at: "board",
    act: async (page) => {
      await page.getByTestId("door-find").click();
      await page.getByTestId("find-start").click();
      await page.getByTestId("candidate").nth(2).waitFor();
    },
  },
  {
    name: "library",
    printers: six,
    at: "library",
    act: async (page) => {
      await page.getByText("gearbox-housing", { exact: false }).first().click();
      await page.getByTestId("library-detail").waitFor();
    },
  },
  {
    name: "add-to-queue",
    printers: forty.slice(0, 12),
    at: "library",
    act: async (page) => {
      await page.getByTestId("select-all").check();
      await page.getByTestId("bulk-queue").click();
      const boxes = page.getByTestId("add-to-queue-dialog").getByRole("checkbox");
      for (const index of [0, 1, 2]) await boxes.nth(index).check();
    },
  },
  { name: "history", printers: six, at: "history" },
  { name: "history-light", printers: six, at: "history", theme: "light" },
  { name: "printers", printers: states, at: "printers" },
  {
    name: "printer-policies",
    printers: six,
    at: "printers",
    act: async (page) => {
      await page.getByRole("button", { name: six[0]?.name ?? "", exact: true }).click();
      await page.getByTestId("edit-tab-queue").check({ force: true });
    },
  },
  { name: "settings", printers: six.slice(0, 4), at: "settings" },
  { name: "history-german", printers: six, at: "history", language: "de" },
  { name: "library-empty", printers: six, at: "library?tree=nobody", extra: true },
  { name: "library-light", printers: six, at: "library", theme: "light", extra: true },
  { name: "printers-light", printers: forty, at: "printers", theme: "light", extra: true },
  { name: "settings-light", printers: six, at: "settings", theme: "light", extra: true },
  { name: "settings-german", printers: six, at: "settings", language: "de", extra: true },
  { name: "board-german", printers: six, at: "board", language: "de", extra: true },
  { name: "library-german", printers: six, at: "library", language: "de", extra: true },
  { name: "printers-german", printers: states, at: "printers", language: "de", extra: true },
  { name: "history-wide", printers: forty, at: "history", size: [1920, 1080], extra: true },
  { name: "history-empty", printers: [], at: "history", extra: true },
  { name: "add-addresses", printers: six, at: "printers", extra: true, act: click("add-printers") },
  { name: "board-40", printers: forty, at: "board", size: [1920, 1080], extra: true },
];

async function take(browser: Browser, shot: Shot, root: string, out: string): Promise<void> {
  const host = new FakeBoardHost({
    printers: shot.printers,
    root,
    answer: screenAnswers(shot.printers, now),
  });
  const [width, height] = shot.size ?? [1280, 800];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: shot.theme ?? "dark",
    locale: shot.language === "de" ? "de-DE" : "en-GB",
  });
  try {
    const page = await context.newPage();
    await page.goto(`${await host.start()}#/${shot.at}`);
    await page.locator("main").waitFor();
    await page.waitForLoadState("networkidle");
    await shot.act?.(page);
    // Pictures and transitions come to rest.
    await page.waitForTimeout(500);
    const path = join(out, `${shot.name}.png`);
    await page.screenshot({ path, animations: "disabled" });
    const { size } = statSync(path);
    const note = size > MOST ? `  LARGER than ${MOST} bytes` : "";
    process.stdout.write(`${path} ${Math.round(size / 1000)} kB${note}\n`);
    if (size > MOST && shot.extra !== true) process.exitCode = 1;
  } finally {
    await context.close();
    await host.stop();
  }
}

function option(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}

const root = option("--root") ?? join(ROOT, "out/renderer");
const out = option("--out") ?? join(ROOT, "docs/images");
const wanted = process.argv
  .slice(2)
  .filter(
    (word, index, all) => !word.startsWith("--") && !/^--(out|root)$/.test(all[index - 1] ?? ""),
  );
const shots = SHOTS.filter(({ name, extra }) =>
  wanted.length > 0 ? wanted.includes(name) : extra !== true || process.argv.includes("--all"),
);
if (option("--root") === undefined) {
  const vite = join(ROOT, "node_modules/electron-vite/bin/electron-vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("The board could not be built; see the lines above.");
}
mkdirSync(out, { recursive: true });
const browser = await launchBrowser();
try {
  for (const shot of shots) await take(browser, shot, root, out);
} finally {
  await browser.close();
}
