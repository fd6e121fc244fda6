import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { attentionStates } from "../support/attentionStates.ts";
import { printerFixture } from "../support/boardFixtures.ts";
import { type BoardPage, dropFile, gcodeFile } from "../support/boardPage.ts";
import { type BoardScene, boardStage } from "../support/boardStage.ts";
import { everyState } from "../support/boardStates.ts";
import type { FakeBoardHost } from "../support/fakeBoardHost.ts";

const now = Date.now() / 1000;
const WAIT = { timeout: 15_000 };

/** Every question a column can ask, and what each answer sends. */
describe("each form of a column", () => {
  const openStage = boardStage();
  let host: FakeBoardHost;
  let page: Page;
  let board: BoardPage;

  async function open(
    printers: readonly PrinterView[],
    answer?: BoardScene["answer"],
    at = "board",
    theme: "dark" | "light" = "dark",
  ): Promise<void> {
    ({ host, page, board } = await openStage({ printers, answer, at, theme }));
  }
  const stateOf = (id: string): PrinterView => {
    const found = [...attentionStates(now), ...everyState(now)].find((one) => one.id === id);
    if (found === undefined) throw new Error(`no printer ${id}`);
    return found;
  };

  it.each(["dark", "light"] as const)(
    "breaks no rule of accessibility in the %s theme",
    async (theme) => {
      await open(attentionStates(now), undefined, "board", theme);
      for (const number of ["1", "5", "9", "13"]) {
        await page.locator("main").focus();
        await page.keyboard.type(number);
        await page
          .locator("article", { has: page.locator(".number", { hasText: number }) })
          .first()
          .waitFor();
        expect(await board.accessibilityViolations()).toEqual([]);
      }
      expect(board.complaints).toEqual([]);
    },
    60_000,
  );

  it.each([
    ["transfer-again", "transfer-again", "farm.queue.start", {}],
    ["transfer-stopped", "transfer-again", "farm.queue.start", {}],
    ["foreign-queue", "adopt-import", "farm.printers.adopt", { choice: "import" }],
    ["foreign-queue", "adopt-leave", "farm.printers.adopt", { choice: "leave" }],
    ["not-master", "take-over", "farm.printers.take_over", {}],
    ["klippy-error", "firmware-restart", "printer.firmware_restart", {}],
    ["salad", "resume-print", "printer.print.resume", {}],
  ] as const)("%s is answered with one click on %s", async (id, button, method, rest) => {
    const printer = stateOf(id);
    await open([printer], (called) => {
      if (called !== method) return undefined;
      if (method.startsWith("printer.")) return "ok";
      return method === "farm.queue.start" ? printer.queue : printer;
    });
    await (await board.column(0)).part(button).click();
    await expect.poll(() => host.callsOf(method), WAIT).toEqual([{ printer: id, ...rest }]);
    expect(board.complaints).toEqual([]);
  });

  it.each([
    ["decision-interrupted", "retry", "Print interrupted"],
    ["decision-unknown", "dismiss", "Did this print start?"],
    ["decision-cancelled", "requeue", "Print cancelled"],
    ["mk4", "retry", "Print failed"],
  ] as const)("%s: %s with the good parts that were counted", async (id, decision, title) => {
    const printer = stateOf(id);
    await open([printer], (method) => (method === "farm.queue.decide" ? printer.queue : undefined));
    const column = await board.column(0);
    await column.part("decision-question").getByText(title).waitFor();
    await column.part("good-parts").fill("4");
    await column.part(`decide-${decision}`).click();
    const [decided] = printer.queue.decisions;
    const params = { printer: id, attempt: decided?.attempt, decision, good_parts: 4 };
    await expect.poll(() => host.callsOf("farm.queue.decide"), WAIT).toEqual([params]);
  });

  it("leads from a refused key to the field for another, and back", async () => {
    const printer = stateOf("k1");
    await open([printer], (method) => (method === "farm.printers.update" ? printer : undefined));
    await (await board.column(0)).part("notice-edit").click();
    await page.locator("[data-testid='edit-key']:focus").waitFor();
    await page.keyboard.type("s3cret");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => host.callsOf("farm.printers.update"), WAIT)
      .toEqual([
        {
          printer: "k1",
          link: expect.objectContaining({ address: printer.link.address, api_key: "s3cret" }),
        },
      ]);
    await (await board.column(0)).part("notice-unauthorized").waitFor();
    expect(board.complaints).toEqual([]);
  });

  it("leads from an option that does not fit to the rules", async () => {
    await open([stateOf("options")]);
    await (await board.column(0)).part("notice-edit").click();
    await page.getByLabel("Clearing G-code", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await (await board.column(0)).part("notice-options").waitFor();
    expect(board.complaints).toEqual([]);
  });

  it("locks a job that is being transferred, and says so", async () => {
    await open([stateOf("trident")]);
    const row = (await board.column(0)).rows().first();
    await row.getByText("In transfer, locked").waitFor();
    await row.click();
    await page.keyboard.press("Delete");
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("h");
    await row.getByText("In transfer, locked").waitFor();
    const changing = host.calls.filter(({ method }) => /^farm\.queue\.(remove|move)$/.test(method));
    expect(changing).toEqual([]);
  });

  it("takes a file from the desktop into the library", async () => {
    await open([stateOf("ratrig")], undefined, "library");
    const sent: string[] = [];
    await page.route("**/farm/library/upload", async (route) => {
      sent.push(route.request().postData() ?? "");
      await route.fulfill({ status: 400, json: { error: { code: 400, message: "enough" } } });
    });
    await page.getByTestId("select-all").waitFor();
    await dropFile(page.getByTestId("select-all"), gcodeFile("cube20_0.2mm_PETG.gcode"));
    await expect.poll(() => sent.length, WAIT).toBe(1);
    expect(sent[0]).toContain("cube20_0.2mm_PETG.gcode");
  });

  it("adds the printers of a CSV, each with its name, key and tags", async () => {
    await open([], (method) => {
      if (method === "farm.printers.add") return printerFixture("rack-1", "Rack 1");
      if (method !== "farm.printers.test") return undefined;
      return {
        ok: true,
        name: "voron",
        klippy_state: "ready",
        moonraker_version: "v0.10.0",
        hostname: "voron",
        folder: null,
        notice: null,
      };
    });
    await page.getByTestId("door-address").click();
    await page.getByTestId("add-way-csv").check({ force: true });
    await page.getByTestId("csv-input").setInputFiles({
      name: "printers.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(
        'name,address,key,tags\n"Rack 1, left",192.168.1.5,secret,PETG|0.6 mm\n,192.168.1.6,,\n',
      ),
    });
    await page.getByTestId("check-addresses").click();
    await expect.poll(() => page.getByTestId("candidate").count(), WAIT).toBe(2);
    await page.getByTestId("add-chosen").click();
    await expect
      .poll(() => host.callsOf("farm.printers.add"), WAIT)
      .toEqual([
        {
          link: { kind: "moonraker", address: "192.168.1.5", api_key: "secret" },
          name: "Rack 1, left",
          tags: ["PETG", "0.6 mm"],
        },
        { link: { kind: "moonraker", address: "192.168.1.6", api_key: null }, name: "voron" },
      ]);
  });
});
