import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "./unpackChromium.ts";

/**
 * `npx node build/renderIcons.ts`: draws build/icons/icon.svg at every size packages ask for, and the tray's
 * icon with the dot that says a printer needs someone.
 */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

const folder = fileURLToPath(new URL("icons/", import.meta.url));
const svg = await readFile(`${folder}icon.svg`, "utf8");
const dot = '<circle cx="49" cy="15" r="13" fill="#ffb224" stroke="#12161d" stroke-width="4" />';
const pictures = [
  ...SIZES.map((size) => ({ size, name: `${size}x${size}.png`, drawing: svg })),
  { size: 32, name: "tray-attention.png", drawing: svg.replace("</svg>", `${dot}</svg>`) },
];
const { executable, env } = await findChromium();
const browser = await chromium.launch({
  executablePath: executable,
  args: ["--no-sandbox", "--disable-gpu"],
  env: { ...process.env, ...env },
});
try {
  const page = await browser.newPage();
  for (const { size, name, drawing } of pictures) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${drawing}`);
    await page.screenshot({ path: `${folder}${name}`, omitBackground: true });
  }
} finally {
  await browser.close();
}
