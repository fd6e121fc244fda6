import type { Page } from "playwright-core";
import type { HistoryTotals } from "#shared/contract/farmHistory.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { FakeBoardHost } from "../test/support/fakeBoardHost.ts";
import { screenAnswers } from "../test/support/screenAnswers.ts";
import { byId, click, forty, NOW, type Scene, type Shot, six } from "./screenshotParts.ts";

const refuse = (): never => {
  throw new AppError("unavailable", "The disk that holds the library does not answer.");
};
async function lost(page: Page, host: FakeBoardHost): Promise<void> {
  await host.stop();
  await page.getByTestId("connection-lost").waitFor();
}
const search = (id: string) => async (page: Page) => {
  await page.getByTestId(id).fill("no such thing");
  // The search waits for a pause in typing.
  await page.waitForTimeout(600);
};
const none = { files: [], folders: [], disk: { total: 512e9, used: 1e9, free: 511e9 } };
const nothing = screenAnswers([], NOW, { attempts: 0 });
const noHistory = {
  "farm.history.list": (params: unknown) => nothing("farm.history.list", params),
  "farm.history.totals": (params: unknown) => nothing("farm.history.totals", params),
} satisfies Shot["answers"];
const noDiscovery = { running: false, done: 254, total: 254, found: [], problems: [] };

/** Nothing there yet, and nothing found. */
export const EMPTY: readonly Scene[] = [
  {
    name: "empty-library",
    printers: six,
    at: "library",
    answers: { "farm.library.list": () => none },
  },
  {
    name: "empty-library-of-a-printer",
    printers: six,
    at: "library?tree=ender",
    answers: { "farm.library.list": () => none },
  },
  { name: "empty-history", printers: [], at: "history", answers: noHistory },
  {
    name: "empty-history-ever",
    printers: six,
    at: "history",
    answers: noHistory,
    act: click("history-ever"),
  },
  { name: "empty-printers", printers: [], at: "printers" },
  { name: "empty-settings", printers: [], at: "settings" },
  {
    name: "empty-panel-prints",
    printers: six,
    at: "board",
    answers: noHistory,
    act: click("open-panel", "panel-tab-prints"),
  },
  {
    name: "empty-add-to-queue",
    printers: [],
    at: "library",
    act: async (page) => {
      await page.getByTestId("select-all").check();
      await page.getByTestId("bulk-queue").click();
    },
  },
  {
    name: "empty-find-printers",
    printers: [],
    at: "board",
    answers: {
      "farm.discovery.start": () => noDiscovery,
      "farm.discovery.status": () => noDiscovery,
    },
    act: async (page) => {
      await click("door-find", "find-start")(page);
      await page.getByTestId("find-nothing").waitFor();
    },
  },
  ...[
    ["board", "search"],
    ["wall", "search"],
    ["library", "library-search"],
    ["printers", "printers-search"],
  ].map(([at = "", field = ""]): Scene => ({
    name: `nothing-found-${at}`,
    printers: six,
    at,
    act: search(field),
  })),
  {
    name: "nothing-found-history",
    printers: six,
    at: "history",
    answers: { "farm.history.totals": emptyWhenSearched, "farm.history.list": () => undefined },
    act: search("history-file"),
  },
];

function emptyWhenSearched(params: unknown): HistoryTotals | undefined {
  const searched = JSON.stringify(params).includes("filename");
  return searched ? (noHistory["farm.history.totals"](params) as HistoryTotals) : undefined;
}

/** What could not be had or done, and what the page says then. */
export const BROKEN: readonly Scene[] = [
  {
    name: "error-library",
    printers: six,
    at: "library",
    answers: { "farm.library.list": refuse },
  },
  {
    name: "error-history",
    printers: six,
    at: "history",
    answers: { "farm.history.list": refuse, "farm.history.totals": refuse },
  },
  { name: "error-settings", printers: six, at: "settings", answers: { "farm.host.info": refuse } },
  {
    name: "error-find-printers",
    printers: [],
    at: "board",
    answers: { "farm.discovery.start": refuse },
    act: click("door-find", "find-start"),
  },
  {
    name: "error-refused-command",
    printers: six,
    at: "board",
    answers: { "farm.queue.pause": refuse },
    act: click("queue-pause"),
  },
  {
    name: "error-emergency-stop",
    printers: six,
    at: "board",
    answers: {
      "printer.emergency_stop": () => {
        throw new AppError("unavailable", "The printer cannot be reached.");
      },
    },
    act: click("emergency-stop"),
  },
  {
    name: "error-upload-library",
    printers: six,
    at: "library",
    act: (page) => refusedUpload(page, "**/farm/library/upload", "upload-input"),
  },
  {
    name: "error-upload-board",
    printers: six,
    at: "board",
    act: async (page) => {
      await byId(page, "add-file").click();
      await refusedUpload(page, "**/server/files/upload", "file-input");
      await click("add-to-queue")(page);
    },
  },
  {
    name: "error-address",
    printers: six,
    at: "printers",
    answers: { "farm.printers.test": notReached },
    act: async (page) => {
      await byId(page, "add-printers").click();
      await page.getByTestId("paste-addresses").fill("Left rack, 192.168.1.77\nftp://x");
      await page.getByTestId("check-addresses").click();
      await page.getByTestId("candidate").first().waitFor();
    },
  },
  { name: "lost-board", printers: six, at: "board", act: lost },
  { name: "lost-wall", printers: forty, at: "wall", act: lost },
  { name: "lost-library", printers: six, at: "library", act: lost },
  { name: "lost-history", printers: six, at: "history", act: lost },
  { name: "lost-printers", printers: forty, at: "printers", act: lost },
  { name: "lost-settings", printers: six, at: "settings", act: lost },
  { name: "lost-board-german", printers: six, at: "board", language: "de", act: lost },
  {
    name: "lost-wall-tv",
    printers: forty,
    at: "wall",
    act: async (page, host) => {
      await click("tv")(page);
      await lost(page, host);
    },
  },
];

function notReached(params: unknown): never {
  const isAddress = !JSON.stringify(params).includes("ftp:");
  throw isAddress
    ? new AppError(
        "unavailable",
        "192.168.1.77 does not answer. Is the printer on, and is the address right?",
      )
    : new AppError("bad_request", "Addresses begin with http:// or https://");
}

async function refusedUpload(page: Page, url: string, input: string): Promise<void> {
  const message = "holiday.gcode is not G-code: it begins like a picture (JPEG).";
  await page.route(url, (route) =>
    route.fulfill({ status: 400, json: { error: { code: 400, message } } }),
  );
  await page.getByTestId(input).setInputFiles({
    name: "holiday.gcode",
    mimeType: "text/plain",
    buffer: Buffer.from("no g-code"),
  });
}
