import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { PrinterView } from "#shared/contract/farm.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { everyState, farmOf } from "../test/support/boardStates.ts";
import { launchBrowser } from "../test/support/chromium.ts";
import { FakeBoardHost } from "../test/support/fakeBoardHost.ts";
import { screenAnswers } from "../test/support/screenAnswers.ts";

/**
 * `npm run screenshots`: every screen with scripted printers, in Chromium, into docs/images. With names as
 * arguments only those. With `--all` also every size, theme, number of printers, form of a column, empty and
 * broken state, into test-output/screenshots: for looking at. `--out DIR` puts them elsewhere.
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
  /** Instead of what a busy host answers. */
  readonly answers?: Readonly<Record<string, (params: unknown) => unknown>>;
  readonly act?: (page: Page, host: FakeBoardHost) => Promise<void>;
}

const now = Date.now() / 1000;
const states = everyState(now);
const six = states.slice(0, 6);
const forty = farmOf(40, now);
const click = (id: string) => (page: Page) => page.getByTestId(id).first().click();

/** Shown in pages. */
const PAGES: readonly Shot[] = [
  { name: "board", printers: six, at: "board", size: [1440, 860] },
  { name: "board-light", printers: six, at: "board", theme: "light", size: [1440, 860] },
  { name: "board-attention", printers: states.slice(6), at: "board", size: [1600, 900] },
  { name: "wall", printers: farmOf(36, now), at: "wall", size: [1100, 560] },
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
  { name: "settings-german", printers: six, at: "settings", language: "de", extra: true },
  { name: "board-german", printers: six, at: "board", language: "de", extra: true },
  { name: "library-german", printers: six, at: "library", language: "de", extra: true },
  { name: "printers-german", printers: states, at: "printers", language: "de", extra: true },
  { name: "add-addresses", printers: six, at: "printers", extra: true, act: click("add-printers") },
];

const SIZES = [
  [1280, 800],
  [1920, 1080],
] as const;
const THEMES = ["dark", "light"] as const;
const COUNTS = [0, 6, 40, 300];
const SCREENS = ["library", "history", "printers", "settings"];

/** Every size and theme of every screen; the board and the wall with every number of printers. */
const MATRIX: readonly Shot[] = SIZES.flatMap((size) =>
  THEMES.flatMap((theme): Shot[] => {
    const look = { size, theme, extra: true } as const;
    const suffix = `${size[0]}-${theme}`;
    return [
      ...["board", "wall"].flatMap((at) =>
        COUNTS.map((count): Shot => {
          const printers = count === 6 ? six : farmOf(count, now);
          return { ...look, name: `${at}-${count}-${suffix}`, printers, at };
        }),
      ),
      ...SCREENS.map((at): Shot => ({ ...look, name: `${at}-${suffix}`, printers: forty, at })),
    ];
  }),
);

/** Each form a column takes when it needs a person or says what is going on, alone. */
const FORMS: readonly Shot[] = states.flatMap((state) =>
  THEMES.map((theme): Shot => ({
    name: `form-${state.id}-${theme}`,
    printers: [state],
    at: "board",
    theme,
    extra: true,
  })),
);

const refuse = (): never => {
  throw new AppError("unavailable", "The disk that holds the library does not answer.");
};
const lost = async (page: Page, host: FakeBoardHost): Promise<void> => {
  await host.stop();
  await page.getByTestId("connection-lost").waitFor();
};

/** Nothing there yet, nothing found, nothing to be had. */
const EMPTY_AND_BROKEN: readonly Shot[] = THEMES.flatMap((theme): Shot[] => {
  const look = { theme, extra: true } as const;
  const none = { files: [], folders: [], disk: { total: 512e9, used: 1e9, free: 511e9 } };
  const answers = screenAnswers([], now, { attempts: 0 });
  const search = (id: string) => async (page: Page) => {
    await page.getByTestId(id).fill("no such thing");
    // The search waits for a pause in typing.
    await page.waitForTimeout(600);
  };
  return [
    {
      ...look,
      name: `empty-library-${theme}`,
      printers: six,
      at: "library",
      answers: { "farm.library.list": () => none },
    },
    {
      ...look,
      name: `empty-history-${theme}`,
      printers: [],
      at: "history",
      answers: {
        "farm.history.list": (params) => answers("farm.history.list", params),
        "farm.history.totals": (params) => answers("farm.history.totals", params),
      },
    },
    { ...look, name: `empty-printers-${theme}`, printers: [], at: "printers" },
    {
      ...look,
      name: `nothing-found-board-${theme}`,
      printers: six,
      at: "board",
      act: search("search"),
    },
    {
      ...look,
      name: `nothing-found-library-${theme}`,
      printers: six,
      at: "library",
      act: search("library-search"),
    },
    {
      ...look,
      name: `nothing-found-printers-${theme}`,
      printers: six,
      at: "printers",
      act: search("printers-search"),
    },
    {
      ...look,
      name: `error-library-${theme}`,
      printers: six,
      at: "library",
      answers: { "farm.library.list": refuse },
    },
    {
      ...look,
      name: `error-history-${theme}`,
      printers: six,
      at: "history",
      answers: { "farm.history.list": refuse },
    },
    { ...look, name: `lost-board-${theme}`, printers: six, at: "board", act: lost },
    { ...look, name: `lost-wall-${theme}`, printers: forty, at: "wall", act: lost },
  ];
});

const SHOTS = [...PAGES, ...MATRIX, ...FORMS, ...EMPTY_AND_BROKEN];

async function take(browser: Browser, shot: Shot, root: string, out: string): Promise<void> {
  const usual = screenAnswers(shot.printers, now);
  const host = new FakeBoardHost({
    printers: shot.printers,
    root,
    answer: (method, params) => shot.answers?.[method]?.(params) ?? usual(method, params),
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
    await shot.act?.(page, host);
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
    // The host of a shot without one has gone already.
    if (host.listening) await host.stop();
  }
}

function option(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}

const root = option("--root") ?? join(ROOT, "out/renderer");
const all = process.argv.includes("--all");
const out = option("--out") ?? join(ROOT, all ? "test-output/screenshots" : "docs/images");
const wanted = process.argv
  .slice(2)
  .filter(
    (word, index, all) => !word.startsWith("--") && !/^--(out|root)$/.test(all[index - 1] ?? ""),
  );
const shots = SHOTS.filter(({ name, extra }) =>
  wanted.length > 0 ? wanted.includes(name) : all || extra !== true,
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
