import type { Page } from "playwright-core";
import { attentionStates } from "../test/support/attentionStates.ts";
import { farmOf } from "../test/support/boardStates.ts";
import { BROKEN, EMPTY } from "./emptyAndErrorScenes.ts";
import { click, forty, NOW, type Scene, type Shot, six, states } from "./screenshotParts.ts";

const asking = attentionStates(NOW);

/** Shown in README and guide: these lie in the repository. */
export const PAGES: readonly Shot[] = [
  { name: "board", printers: six, at: "board", size: [1440, 860] },
  { name: "board-light", printers: six, at: "board", theme: "light", size: [1440, 860] },
  { name: "board-attention", printers: states.slice(6), at: "board", size: [1600, 860] },
  {
    name: "board-questions",
    printers: asking.filter(({ id }) => /transfer-stopped|unknown|parts|foreign|error/.test(id)),
    at: "board",
    size: [1560, 700],
  },
  { name: "wall", printers: farmOf(30, NOW), at: "wall", size: [1280, 600] },
  { name: "first-run", printers: [], at: "board" },
  {
    name: "find-printers",
    printers: [],
    at: "board",
    act: async (page) => {
      await click("door-find", "find-start")(page);
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
  { name: "settings-access", printers: six.slice(0, 4), at: "settings?part=access" },
  { name: "settings-webhooks", printers: six.slice(0, 4), at: "settings?part=webhooks" },
  { name: "history-german", printers: six, at: "history", language: "de" },
];

/** Screens, the board and the wall with every number of printers, German, and what opens over them. */
const SCREENS: readonly Scene[] = [
  ...["board", "wall"].flatMap((at) =>
    [0, 6, 40, 300].map((count): Scene => {
      return { name: `${at}-${count}`, printers: count === 6 ? six : farmOf(count, NOW), at };
    }),
  ),
  ...["library", "history", "printers", "settings"].flatMap((at): Scene[] => [
    { name: at, printers: forty, at },
    { name: `${at}-german`, printers: six, at, language: "de" },
  ]),
  { name: "board-german", printers: six, at: "board", language: "de" },
  { name: "board-german-2", printers: states.slice(6), at: "board", language: "de" },
  { name: "wall-german", printers: forty, at: "wall", language: "de" },
  { name: "wall-tv", printers: forty, at: "wall", act: click("tv") },
  { name: "add-addresses", printers: six, at: "printers", act: click("add-printers") },
  { name: "job-menu", printers: six, at: "board", act: rightClick },
  { name: "printer-menu", printers: six, at: "board", act: click("printer-menu") },
  { name: "cancel-question", printers: six, at: "board", act: click("cancel-print") },
  { name: "clear-plates", printers: states, at: "board", act: click("clear-plates") },
  { name: "add-file", printers: six, at: "board", act: click("add-file") },
  {
    name: "selection",
    printers: six,
    at: "board",
    act: async (page) => {
      const rows = page.locator("[data-testid^='job-']");
      await rows.nth(0).click();
      await rows.nth(3).click({ modifiers: ["Shift"] });
    },
  },
  {
    name: "panel-plate-history",
    printers: six,
    at: "board",
    act: click("open-panel", "panel-tab-prints", "plate-history"),
  },
  ...["now", "console", "prints", "options", "link"].map((tab): Scene => ({
    name: `panel-${tab}`,
    printers: six,
    at: "board",
    act: click("open-panel", `panel-tab-${tab}`),
  })),
  ...["access", "reach", "webhooks", "trail", "data", "keys"].flatMap((part): Scene[] => [
    { name: `settings-${part}`, printers: six, at: `settings?part=${part}` },
    { name: `settings-${part}-german`, printers: six, at: `settings?part=${part}`, language: "de" },
  ]),
  { name: "new-webhook", printers: six, at: "settings?part=webhooks", act: click("webhook-add") },
  {
    name: "new-key",
    printers: six,
    at: "settings?part=access",
    act: async (page) => {
      await page.getByTestId("key-name").fill("Night shift tablet");
      await click("create-key")(page);
      await page.getByTestId("new-key").waitFor();
    },
  },
  { name: "wall-tv-6", printers: six, at: "wall", act: click("tv") },
  { name: "wall-tv-300", printers: farmOf(300, NOW), at: "wall", act: click("tv") },
  ...["n", "m", "c"].map((key, index): Scene => ({
    name: `job-${["note", "move", "copies"][index]}`,
    printers: six,
    at: "board",
    act: async (page) => {
      await page.locator("[data-testid^='job-']").first().click();
      await page.keyboard.press(key);
    },
  })),
  { name: "drag-jobs", printers: six, at: "board", act: dragJobs },
  { name: "drag-file", printers: six, at: "board", act: dragFile },
  {
    name: "first-printer",
    printers: [],
    at: "board",
    act: async (page, host) => {
      await page.getByTestId("first-run").waitFor();
      for (const printer of six.slice(5)) host.change(printer);
      await page.locator("article").first().waitFor();
    },
  },
  {
    name: "store-notice",
    printers: six,
    at: "board",
    answers: {
      "farm.snapshot": () => ({
        version: "0.1.0",
        revision: 1,
        now: NOW,
        store_notice:
          "The data of this farm could not be opened. The backup of 13:31 is used; what came later is kept aside.",
        printers: six,
      }),
    },
  },
];

/** Two jobs under the mouse, above the second line of another queue. */
async function dragJobs(page: Page): Promise<void> {
  const rows = page.locator("[data-testid^='job-']");
  await rows.nth(0).click();
  await rows.nth(1).click({ modifiers: ["Shift"] });
  await rows.nth(0).hover();
  await page.mouse.down();
  await rows.nth(5).hover({ position: { x: 60, y: 8 } });
  await rows.nth(5).hover({ position: { x: 60, y: 10 } });
}

/** A file from the desktop above a column. */
async function dragFile(page: Page): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    `(() => {
      const data = new DataTransfer();
      data.items.add(new File(["G28"], "part.gcode"));
      return data;
    })()`,
  );
  for (const type of ["dragenter", "dragover"]) {
    await page.locator("article").nth(1).dispatchEvent(type, { dataTransfer });
  }
}

async function rightClick(page: Page): Promise<void> {
  // A context menu closes at once while the time stands still.
  await page.clock.setSystemTime(NOW * 1000);
  await page.locator("[data-testid^='job-']").nth(1).click({ button: "right" });
  await page.getByTestId("menu-remove").waitFor();
}

/** Each form a column takes when it needs a person or says what is going on, alone. */
const FORMS: readonly Scene[] = [...states, ...asking].map((state) => ({
  name: `form-${state.id}`,
  printers: [state],
  at: "board",
}));

/** All of them side by side, in German too: the words must fit. */
const SHEETS: readonly Scene[] = (["en", "de"] as const).flatMap((language) =>
  [asking.slice(0, 6), asking.slice(6, 12), asking.slice(12)].map((printers, index): Scene => ({
    name: `questions-${index + 1}-${language}`,
    printers,
    at: "board",
    language,
  })),
);

const SIZES = [
  [1280, 800],
  [1920, 1080],
] as const;
const THEMES = ["dark", "light"] as const;

/** Every scene at both sizes, in both themes: for looking at. */
export const EXTRAS: readonly Shot[] = [
  ...SCREENS,
  ...FORMS,
  ...SHEETS,
  ...EMPTY,
  ...BROKEN,
].flatMap((scene) =>
  SIZES.flatMap((size) =>
    THEMES.map((theme): Shot => ({
      ...scene,
      size,
      theme,
      name: `${scene.name}-${size[0]}-${theme}`,
    })),
  ),
);
