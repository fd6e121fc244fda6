import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import { UploadClaims } from "../../../electron/host/server/uploadClaims.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";

let api: ApiHarness;
let printer: HarnessPrinter;
let base: string;
let count = 0;
beforeAll(async () => {
  api = await startApiHarness();
});
afterAll(() => api.stop());
beforeEach(async () => {
  printer = await api.addPrinter(`p${++count}`);
  base = `${api.url}printers/${printer.id}/`;
});

/** As OrcaSlicer sends it: with the flag, and then the start as well. */
const upload = async (endpoint: string, print: string): Promise<void> => {
  const form = new FormData();
  form.append("root", "gcodes");
  form.append("print", print);
  form.append("file", new Blob([TINY_GCODE]), "cube.gcode");
  const response = await fetch(`${endpoint}server/files/upload`, { method: "POST", body: form });
  expect(response.status).toBe(201);
};
const start = (endpoint: string): Promise<Response> =>
  fetch(`${endpoint}printer/print/start?filename=cube.gcode`, { method: "POST" });
const wishes = (): number => printer.engine.commands.length;

describe("a start that follows an upload which was told to print", () => {
  it("is the same wish, once", async () => {
    await upload(base, "true");
    expect(wishes()).toBe(1);
    const second = await start(base);
    expect([second.status, await second.json()]).toEqual([200, { result: "ok" }]);
    expect(wishes()).toBe(1);
    await start(base);
    expect(wishes()).toBe(2);
  });

  it("is the same wish also when the upload was queued", async () => {
    await upload(`${base}queue/`, "true");
    await start(`${base}queue/`);
    expect(printer.engine.snapshot.stored.copies).toHaveLength(1);
    await start(`${base}queue/`);
    expect(printer.engine.snapshot.stored.copies).toHaveLength(2);
  });

  it("is one for each of two such uploads, however they and their starts are mixed", async () => {
    await upload(`${base}queue/`, "true");
    await upload(`${base}queue/`, "true");
    await start(`${base}queue/`);
    await start(`${base}queue/`);
    expect(printer.engine.snapshot.stored.copies).toHaveLength(2);
    await start(`${base}queue/`);
    expect(printer.engine.snapshot.stored.copies).toHaveLength(3);
  });

  it("is a new wish after an upload that was not told to print", async () => {
    await upload(base, "false");
    expect(wishes()).toBe(0);
    await start(base);
    expect(wishes()).toBe(1);
  });

  it("is a new wish on another endpoint, and from a person at a front end", async () => {
    await upload(base, "true");
    await start(`${base}queue/`);
    expect(wishes()).toBe(2);
    const client = await ApiClient.connect(base);
    await client.call("printer.print.start", { filename: "cube.gcode" });
    expect(wishes()).toBe(3);
    await client.close();
  });

  it("is a new wish for other bytes under the same name", async () => {
    await upload(base, "true");
    await api.putFile(printer.id, "cube.gcode", `${TINY_GCODE}; changed\n`);
    await start(base);
    expect(wishes()).toBe(2);
  });
});

describe("a start that is not possible now", () => {
  it("says why, and queues nothing", async () => {
    await api.putFile(printer.id, "cube.gcode");
    printer.engine.refuse = new AppError("bad_request", "SD busy");
    const response = await start(base);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { code: 400, message: "SD busy" } },
    ]);
    expect(printer.engine.snapshot.stored.copies).toEqual([]);
  });
});

describe("a claim", () => {
  it("ends after two minutes", async () => {
    const clock = new ManualClock();
    const claims = new UploadClaims(clock);
    const id = PrinterId.parse("voron");
    const content = ContentHash.parse("a".repeat(64));
    claims.open({ kind: "farm" }, id, "a.gcode", content);
    await clock.advance(119_000);
    expect(claims.use({ kind: "farm" }, id, "a.gcode", content)).toBe(true);
    claims.open({ kind: "farm" }, id, "a.gcode", content);
    await clock.advance(121_000);
    expect(claims.use({ kind: "farm" }, id, "a.gcode", content)).toBe(false);
  });
});
