import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { findChromium } from "../../build/unpackChromium.ts";

/** Pictures and logs of a run, kept for a person to look at. */
const OUTPUT = fileURLToPath(new URL("../../test-output/", import.meta.url));

/** Off: everything that looks for a network, a graphics card or a sandbox that root does not have. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless Chromium with an empty profile of its own; `more` are further switches. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const { executable, env } = await findChromium();
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [...ARGUMENTS, ...more],
    env: { ...process.env, ...env },
  });
}

/** Saves what a page shows as `test-output/<name>.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(OUTPUT, { recursive: true });
  const path = `${OUTPUT}${name}.png`;
  await rm(path, { force: true });
  await page.screenshot({ path, animations: "disabled" });
}
