import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { DiscoveryStatus } from "#shared/contract/farmDiscovery.ts";
import type { PrinterView } from "#shared/contract/farm.ts";
import type { BoardPage } from "../support/boardPage.ts";
import { type BoardScene, boardStage } from "../support/boardStage.ts";
import { everyState, farmOf } from "../support/boardStates.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";

const now = Date.now() / 1000;
const Placed = z.object({ printer: z.string(), order: z.number() });

describe("what hands do on the screens beside the board", () => {
  const openStage = boardStage();
  let host: FakeBoardHost;
  let page: Page;
  let board: BoardPage;

  async function open(
    at: string,
    printers: readonly PrinterView[] = everyState(now).slice(0, 6),
    answer?: BoardScene["answer"],
    theme: "dark" | "light" = "dark",
  ): Promise<void> {
    ({ host, page, board } = await openStage({ printers, answer, at, theme }));
  }

  /** Answers a changed place as the host does: with the whole printer. */
  function places(printers: readonly PrinterView[]) {
    return (method: string, params: unknown): unknown => {
      if (method !== "farm.printers.update") return undefined;
      const { printer: id, order } = Placed.parse(params);
      return { ...printers.find((printer) => printer.id === id), order };
    };
  }
  const rows = (): Locator => page.locator("[data-testid^='printer-row-']");
  const names = (): Promise<string[]> =>
    rows()
      .locator("[data-part='name']")
      .allTextContents()
      .then((texts) => texts.map((text) => text.trim()));

  it("puts a printer at another place with the mouse", async () => {
    const printers = everyState(now).slice(0, 6);
    await open("printers", printers, places(printers));
    await rows().nth(5).waitFor();
    const before = await names();
    const [last = ""] = before.slice(-1);
    await rows()
      .nth(5)
      .locator(".grip")
      .dragTo(rows().nth(1), { targetPosition: { x: 300, y: 6 } });
    const wanted = [before[0], last, ...before.slice(1, -1)];
    await expect.poll(names, { timeout: 15_000 }).toEqual(wanted);
    await expect
      .poll(() => page.getByTestId("announcer").textContent(), { timeout: 15_000 })
      .toContain("number 2");
    expect(board.complaints).toEqual([]);
  });

  it("puts a printer at another place with keys, and stays with it", async () => {
    const printers = everyState(now).slice(0, 6);
    await open("printers", printers, places(printers));
    const first = rows().first().locator("[data-part='name']");
    await first.waitFor();
    const name = (await first.textContent())?.trim();
    await first.focus();
    await page.keyboard.press("Alt+ArrowDown");
    await expect.poll(async () => (await names())[1], { timeout: 15_000 }).toBe(name);
    const focused = page.locator("[data-part='name']:focus");
    await expect.poll(() => focused.textContent(), { timeout: 15_000 }).toContain(name);
  });

  it("builds only the printers in view of a list of 300, and scrolls to the others", async () => {
    await open("printers", farmOf(300, now));
    await rows().first().waitFor();
    expect(await rows().count()).toBeLessThan(60);
    await page.getByRole("region", { name: "Printers" }).focus();
    await page.keyboard.press("End");
    await expect
      .poll(() => rows().last().getAttribute("aria-rowindex"), { timeout: 15_000 })
      .toBe("301");
  });

  it.each([
    { screen: "library", list: "[data-testid^='tree-']:not([data-testid='tree-farm'])", most: 60 },
    { screen: "settings", list: "[data-testid^='queue-address-']", most: 40 },
  ])(
    "builds only those in view of 300 printers on the $screen screen",
    async ({ screen, list, most }) => {
      await open(screen, farmOf(300, now));
      const shown = page.locator(list);
      await shown.first().waitFor();
      await expect.poll(() => shown.count()).toBeLessThan(most);
      const first = await shown.first().getAttribute("data-testid");
      await shown.first().hover();
      await page.mouse.wheel(0, 20_000);
      await expect.poll(() => page.getByTestId(first ?? "").count()).toBe(0);
      expect(await shown.last().isVisible()).toBe(true);
      expect(await board.accessibilityViolations()).toEqual([]);
    },
  );

  it("opens the library at a file that the address names", async () => {
    await open(
      `library?file=${encodeURIComponent("orders/2026-11 Kestrel/plate-b_0.2mm_PETG.gcode")}`,
    );
    const detail = page.getByTestId("library-detail");
    await detail.waitFor();
    expect(await detail.textContent()).toContain("plate-b");
    await page.getByTestId("crumb-root").waitFor();
  });

  it("sends several files one after the other, shows how far they are, and cancels one or all", async () => {
    await open("library");
    // A host that takes its time.
    await page.route("**/farm/library/upload", () => undefined);
    await page.getByTestId("upload-input").setInputFiles(
      ["a", "b", "c", "d", "e"].map((name) => ({
        name: `${name}.gcode`,
        mimeType: "text/plain",
        buffer: Buffer.from("G28\n"),
      })),
    );
    const uploads = page.getByTestId("library-upload");
    await expect.poll(() => uploads.count(), { timeout: 15_000 }).toBe(5);
    await uploads.first().getByRole("progressbar").waitFor();
    expect(await uploads.last().textContent()).toContain("Waiting");
    await page.getByRole("button", { name: "Cancel: a.gcode" }).click();
    await expect.poll(() => uploads.count(), { timeout: 15_000 }).toBe(4);
    await page.getByTestId("uploads-clear").click();
    await expect.poll(() => uploads.count(), { timeout: 15_000 }).toBe(0);
  });

  it("searches the network with progress, and stops when told to", async () => {
    let status: DiscoveryStatus = { running: false, done: 0, total: 254, found: [], problems: [] };
    await open("board", [], (method) => {
      switch (method) {
        case "farm.discovery.start":
          return (status = { ...status, running: true, done: 12 });
        case "farm.discovery.status":
          return (status = { ...status, done: Math.min(200, status.done + 20) });
        case "farm.discovery.cancel":
          return (status = { ...status, running: false });
        default:
          return undefined;
      }
    });
    await page.getByTestId("door-find").click();
    await page.getByTestId("find-start").click();
    const bar = page.getByRole("progressbar");
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow")), { timeout: 15_000 })
      .toBeGreaterThan(10);
    await page.getByTestId("find-stop").click();
    await expect.poll(() => bar.count(), { timeout: 15_000 }).toBe(0);
    expect(host.calls.some(({ method }) => method === "farm.discovery.cancel")).toBe(true);
  });

  it.each(["dark", "light"] as const)(
    "breaks no rule of accessibility in the %s theme: first run, finding printers, empty screens",
    async (theme) => {
      await open("board", [], undefined, theme);
      await page.getByTestId("door-find").waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await page.getByTestId("door-find").click();
      await page.getByTestId("find-start").click();
      await page.getByTestId("candidate").nth(2).waitFor();
      expect(await board.accessibilityViolations()).toEqual([]);
      await page.keyboard.press("Escape");
      for (const screen of ["wall", "library", "history", "printers", "settings"]) {
        await page.getByTestId(`nav-${screen}`).click();
        await expect
          .poll(() => page.getByTestId(`nav-${screen}`).getAttribute("aria-current"))
          .toBe("page");
        await page.locator("main:not([data-away] *)").waitFor();
        expect({ screen, broken: await board.accessibilityViolations() }).toEqual({
          screen,
          broken: [],
        });
      }
      expect(board.complaints).toEqual([]);
    },
    60_000,
  );
});
