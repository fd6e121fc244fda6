import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { AttemptId } from "#shared/domain/ids.ts";
import { type PrinterChanges, printerFixture, rowFixture } from "../support/boardFixtures.ts";
import type { BoardPage } from "../support/boardPage.ts";
import { type BoardScene, boardStage } from "../support/boardStage.ts";
import { screenshot } from "../support/chromium.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";

/** What a column asks, and what becomes of the answer, on the wire of a scripted host. */
describe("the questions of a column", () => {
  const openStage = boardStage();
  let host: FakeBoardHost;
  let page: Page;
  let board: BoardPage;

  async function open(
    printers: readonly PrinterView[],
    answer?: BoardScene["answer"],
    locale = "en-GB",
  ): Promise<void> {
    ({ host, page, board } = await openStage({ printers, answer, locale }));
  }
  const voron = (changes: PrinterChanges = {}) => printerFixture("voron-1", "Voron", changes);
  const toast = (text: RegExp) => page.getByTestId("toast").filter({ hasText: text }).waitFor();

  it("counts good parts with the word that clears the plate", async () => {
    const part = { attempt: AttemptId.parse("00000000018E0001"), filename: "bracket.gcode" };
    const printer = voron({
      attention: [{ kind: "plate", text: "" }],
      plate: { state: "occupied", revision: 7, reason: "bracket.gcode is finished.", part },
    });
    await open([printer], (method) => (method === "farm.plate.set" ? voron() : undefined));
    const column = await board.column(0);
    await column.part("good-parts").fill("3");
    await screenshot(page, "question-plate-parts");
    expect(await board.accessibilityViolations()).toEqual([]);
    await column.part("plate-clear").click();
    const word = { printer: "voron-1", state: "clear", revision: 7, grace: true, good_parts: 3 };
    await expect.poll(() => host.callsOf("farm.plate.set")).toEqual([word]);
  });

  it("shows Klipper's own message after a shutdown, and restarts it", async () => {
    const printer = voron({
      activity: "error",
      klippy: { state: "shutdown", message: "MCU 'mcu' shutdown: Timer too close" },
      attention: [{ kind: "klippy", text: "Klipper has shut down." }],
    });
    await open([printer], (method) => (method.startsWith("printer.") ? "ok" : undefined));
    const column = await board.column(0);
    await column.locator.getByText("Timer too close").waitFor();
    await column.part("firmware-restart").click();
    await expect
      .poll(() => host.callsOf("printer.firmware_restart"))
      .toEqual([{ printer: "voron-1" }]);
    await column.part("klippy-restart").click();
    await expect.poll(() => host.callsOf("printer.restart")).toEqual([{ printer: "voron-1" }]);
  });

  it("says where a printer is not reached, and tries again on demand", async () => {
    const away = voron({
      activity: "offline",
      link: {
        state: "unreachable",
        detail: "voron.local does not answer. Is the printer on, and is the address right?",
        last_seen: 1_700_000_000,
        next_retry: Date.now() / 1000 + 40,
      },
      queue: { rows: [rowFixture("cube.gcode")] },
      attention: [{ kind: "offline_with_jobs", text: "" }],
    });
    await open([away], (method) => (method === "farm.printers.reconnect" ? away : undefined));
    const column = await board.column(0);
    await column.locator.getByText("does not answer").waitFor();
    await column.part("reconnect").click();
    await expect
      .poll(() => host.callsOf("farm.printers.reconnect"))
      .toEqual([{ printer: "voron-1" }]);
    await column.part("open-panel").click();
    await page.getByTestId("panel-tab-link").click();
    await page.getByTestId("panel-reconnect").click();
    await expect.poll(() => host.callsOf("farm.printers.reconnect")).toHaveLength(2);
    expect(await page.getByTestId("panel-queue-address").inputValue()).toMatch(
      /\/printers\/voron-1\/queue$/,
    );
    expect(await page.getByTestId("panel-printer-address").inputValue()).toMatch(
      /\/printers\/voron-1$/,
    );
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "panel-link-away");
  });

  it("takes a printer out of service and puts it back", async () => {
    const out = voron({ options: { out_of_service: true } });
    await open([voron()], (method, params) => {
      if (method !== "farm.printers.update") return undefined;
      return JSON.stringify(params).includes("true") ? out : voron();
    });
    const column = await board.column(0);
    await column.part("printer-menu").click();
    await page.getByTestId("menu-service").click();
    await column.part("notice-service").waitFor();
    await column.part("back-into-service").click();
    await column.part("notice-service").waitFor({ state: "detached" });
    expect(host.callsOf("farm.printers.update")).toEqual([
      { printer: "voron-1", options: { out_of_service: true } },
      { printer: "voron-1", options: { out_of_service: false } },
    ]);
  });

  it("writes a note on a line with the keyboard alone", async () => {
    const row = rowFixture("cube.gcode");
    const queue = { ...voron().queue, rows: [row], revision: 50 };
    await open([voron({ queue: { rows: [row] } })], (method) =>
      method === "farm.queue.note"
        ? { ...queue, rows: [{ ...row, note: "black PETG" }] }
        : undefined,
    );
    const column = await board.column(0);
    await column.rows().first().focus();
    await page.keyboard.press("n");
    await page.getByTestId("note-dialog").waitFor();
    await page.keyboard.type("black PETG");
    await page.keyboard.press("Control+Enter");
    await column.part("note").filter({ hasText: "black PETG" }).waitFor();
    expect(host.callsOf("farm.queue.note")).toEqual([
      { printer: "voron-1", job_ids: [row.job_id], note: "black PETG" },
    ]);
    await screenshot(page, "queue-note");
  });

  it("takes back what the host has not answered yet, when it has", async () => {
    const row = rowFixture("cube.gcode");
    const full = voron({ queue: { rows: [row], undo: null } });
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await open([full], async (method) => {
      if (method === "farm.queue.undo") return { ...full.queue, revision: 9 };
      if (method !== "farm.queue.remove") return undefined;
      await answered;
      return { ...full.queue, rows: [], undo: "removed cube", revision: 8 };
    });
    const column = await board.column(0);
    await column.rows().first().focus();
    await page.keyboard.press("Delete");
    await expect.poll(() => column.rows().count()).toBe(0);
    await page.keyboard.press("Control+z");
    expect(host.callsOf("farm.queue.undo")).toEqual([]);
    answer();
    await toast(/Taken back/);
    await expect.poll(() => column.rows().count()).toBe(1);
    expect(host.callsOf("farm.queue.undo")).toEqual([{ printer: "voron-1" }]);
  });

  it("says so when the host is lost before it has answered, and shows the queue as it was", async () => {
    const row = rowFixture("cube.gcode");
    await open([voron({ queue: { rows: [row] } })], (method) =>
      method === "farm.queue.remove" ? new Promise(() => {}) : undefined,
    );
    const column = await board.column(0);
    await column.rows().first().focus();
    await page.keyboard.press("Delete");
    await expect.poll(() => column.rows().count()).toBe(0);
    await expect.poll(() => host.callsOf("farm.queue.remove")).toHaveLength(1);
    await host.stop();
    await page.getByTestId("connection-lost").waitFor();
    await toast(/cube: The connection broke before the host had answered/);
    expect(await column.rows().count()).toBe(1);
    expect(await page.locator("#board").getAttribute("class")).toContain("stale");
    await column.part("emergency-stop").click();
    await toast(/emergency stop NOT sent/);
    await screenshot(page, "host-lost");
  });

  it("opens a panel with the camera's picture and the temperatures the printer has kept", async () => {
    const picture = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
      "base64",
    );
    await open([voron()], (method) => {
      if (method === "server.webcams.list")
        return { webcams: [{ name: "nozzle", snapshot_url: "/webcam", enabled: true }] };
      if (method !== "server.temperature_store") return undefined;
      const past = Array.from({ length: 300 }, (_, second) => 20 + second / 2);
      return { extruder: { temperatures: past, targets: past.map(() => 170) } };
    });
    await page.route("**/farm/webcam?*", (route) =>
      route.fulfill({ contentType: "image/png", body: picture }),
    );
    await (await board.column(0)).part("open-panel").click();
    const camera = page.getByTestId("printer-panel").locator("img.picture");
    await expect
      .poll(() => camera.evaluate((image) => image.getAttribute("src")))
      .toMatch(/\/farm\/webcam\?printer=voron-1/);
    await camera.waitFor();
    const line = page.getByTestId("printer-panel").locator("polyline").first();
    const points = async () => ((await line.getAttribute("points")) ?? "").split(" ").length;
    await expect.poll(points, { timeout: 10_000 }).toBeGreaterThan(250);
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "panel-camera");
  });

  it("says what the host says in German too", async () => {
    const printer = voron({
      attention: [{ kind: "plate", text: "" }],
      plate: { state: "unknown", reason: "Klipper was restarted during the print." },
      queue: {
        rows: [
          rowFixture("cube.gcode", {
            reasons: [{ code: "not_armed", text: "The queue is paused." }],
          }),
        ],
      },
    });
    await open([printer], undefined, "de-DE");
    const column = await board.column(0);
    await column.locator.getByText("Klipper wurde während des Drucks neu gestartet.").waitFor();
    // The line says it shortly, its tooltip in the host's own sentence.
    await column.locator.getByText("Warteschlange angehalten").waitFor();
    await column.locator.getByTitle("Die Warteschlange ist angehalten.").waitFor();
    expect(await board.accessibilityViolations()).toEqual([]);
    await screenshot(page, "board-german");
  });
});
