import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../test/support/chromium.ts";
import { FakeBoardHost } from "../test/support/fakeBoardHost.ts";
import { screenAnswers } from "../test/support/screenAnswers.ts";
import { NOW, type Shot, ZONE } from "./screenshotParts.ts";
import { EXTRAS, PAGES } from "./screenshotScenes.ts";

/**
 * `npm run screenshots`: the board with scripted printers, in Chromium. The pictures of README and guide go
 * to docs/images; every screen, number of printers, form of a column, empty and broken state, at both sizes
 * and in both themes, to test-output/screenshots. `--pages` takes the former alone, `--out DIR` puts all
 * elsewhere, and arguments are what a name must begin with.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Bytes: pictures of pages lie in the repository. */
const MOST = 200_000;
/** Pictures at a time. */
const WORKERS = 3;

/** Takes one picture and says how many bytes it has. */
async function take(browser: Browser, shot: Shot, root: string, path: string): Promise<number> {
  const usual = screenAnswers(shot.printers, NOW);
  const host = new FakeBoardHost({
    printers: shot.printers,
    root,
    now: NOW,
    answer: (method, params) => shot.answers?.[method]?.(params) ?? usual(method, params),
  });
  const [width, height] = shot.size ?? [1280, 800];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: shot.theme ?? "dark",
    locale: shot.language === "de" ? "de-DE" : "en-GB",
    timezoneId: ZONE,
  });
  try {
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW * 1000);
    await page.goto(`${await host.start()}#/${shot.at}`);
    await page.locator("main").waitFor();
    await page.waitForLoadState("networkidle");
    await shot.act?.(page, host);
    await rest(page);
    await page.screenshot({ path, animations: "disabled" });
    return statSync(path).size;
  } finally {
    await context.close();
    // The host of a shot without one has gone already.
    if (host.listening) await host.stop();
  }
}

/** Waits until nothing more comes: large screens are built bit by bit, pictures of parts are loaded. */
async function rest(page: Page): Promise<void> {
  const look = (): Promise<string> =>
    page.evaluate(`(() => {
      const seen = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
      const loading = seen.filter((image) => !image.complete).length;
      return [document.querySelectorAll("*").length, loading].join();
    })()`);
  for (let last = "", still = 0, looks = 0; still < 3 && looks < 80; looks++) {
    await page.waitForTimeout(150);
    const now = await look();
    still = now === last && now.endsWith(",0") ? still + 1 : 0;
    last = now;
  }
}

/** Takes all pictures, a few at a time, and returns the names of those that could not be taken. */
async function takeAll(browser: Browser, jobs: readonly (readonly [Shot, string])[], root: string) {
  const left = [...jobs];
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const [shot, folder] = job;
      const path = join(folder, `${shot.name}.png`);
      try {
        const size = await take(browser, shot, root, path);
        const isLarge = size > MOST && PAGES.includes(shot);
        if (isLarge) failed.push(shot.name);
        const note = isLarge ? `  LARGER than ${MOST} bytes` : "";
        process.stdout.write(`${path} ${Math.round(size / 1000)} kB${note}\n`);
      } catch (error) {
        failed.push(shot.name);
        process.stdout.write(`${path} FAILED: ${String(error)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return failed;
}

function option(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}

const root = option("--root") ?? join(ROOT, "out/renderer");
const folders = {
  pages: option("--out") ?? join(ROOT, "docs/images"),
  extras: option("--out") ?? join(ROOT, "test-output/screenshots"),
};
const wanted = process.argv
  .slice(2)
  .filter(
    (word, index, all) => !word.startsWith("--") && !/^--(out|root)$/.test(all[index - 1] ?? ""),
  );
const isWanted = ({ name }: Shot): boolean =>
  wanted.length === 0 || wanted.some((start) => name.startsWith(start));
const extras = process.argv.includes("--pages") ? [] : EXTRAS;
const jobs = [
  ...PAGES.filter(isWanted).map((shot) => [shot, folders.pages] as const),
  ...extras.filter(isWanted).map((shot) => [shot, folders.extras] as const),
];
if (option("--root") === undefined) {
  const vite = join(ROOT, "node_modules/electron-vite/bin/electron-vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("The board could not be built; see the lines above.");
}
for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
try {
  const failed = await takeAll(browser, jobs, root);
  process.stdout.write(`${jobs.length - failed.length} pictures taken, ${failed.length} failed\n`);
  if (failed.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
}
