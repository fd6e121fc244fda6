import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { BoardPage } from "./boardPage.ts";
import { launchBrowser } from "./chromium.ts";
import { FakeBoardHost, type FakeBoardHostOptions } from "./fakeBoardHost.ts";
import { screenAnswers } from "./screenAnswers.ts";

const ROOT = fileURLToPath(new URL("../../out/renderer", import.meta.url));

export interface BoardScene {
  readonly printers: readonly PrinterView[];
  /** The screen, as the address names it behind `#/`. */
  readonly at?: string;
  /** Instead of what a busy host answers; undefined = that. */
  readonly answer?: FakeBoardHostOptions["answer"];
  /** Prints of the history. */
  readonly attempts?: number;
  /** Progress and temperatures move, four times a second. */
  readonly live?: boolean;
  readonly theme?: "dark" | "light";
  readonly locale?: string;
  readonly size?: readonly [width: number, height: number];
}

export interface OpenBoard {
  readonly host: FakeBoardHost;
  readonly page: Page;
  readonly board: BoardPage;
}

/**
 * Opens the built board before scripted printers, in a Chromium that the tests of one suite share. What a
 * test has opened is closed after it.
 */
export function boardStage(): (scene: BoardScene) => Promise<OpenBoard> {
  let browser: Browser;
  const closings: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const close of closings.splice(0)) await close();
  });
  afterAll(() => browser.close());

  return async ({ printers, at = "board", answer, attempts = 420, ...scene }) => {
    const usual = screenAnswers(printers, Date.now() / 1000, { attempts });
    const host = new FakeBoardHost({
      printers,
      root: ROOT,
      answer: async (method, params) => (await answer?.(method, params)) ?? usual(method, params),
    });
    const url = await host.start();
    closings.push(async () => {
      // A test may have taken it away already.
      if (host.listening) await host.stop();
    });
    if (scene.live ?? false) host.tick(250);
    const [width, height] = scene.size ?? [1280, 800];
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scene.theme ?? "dark",
      locale: scene.locale ?? "en-GB",
    });
    closings.unshift(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const board = new BoardPage(page);
    await page.goto(`${url}#/${at}`);
    await page.locator("main").waitFor();
    return { host, page, board };
  };
}
