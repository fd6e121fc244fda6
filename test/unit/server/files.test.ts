import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { parseRange } from "../../../electron/host/server/download.ts";

const BRACKET = readFileSync(
  join(import.meta.dirname, "../../fixtures/gcode/bracket_0.2mm_PETG.gcode"),
  "utf8",
);
const PNG_SIGNATURE = "89504e470d0a1a0a";
const Thumbnails = z.object({ result: z.array(z.object({ thumbnail_path: z.string() })) });
const Metadata = z.object({
  result: z.object({ thumbnails: z.array(z.object({ relative_path: z.string() })) }),
});

describe("files", () => {
  let api: ApiHarness;
  let printer: HarnessPrinter;
  beforeAll(async () => {
    api = await startApiHarness();
    printer = await api.addPrinter("voron");
    const { id } = printer;
    await api.putFile(id, "parts/bräcket 1.gcode", BRACKET);
    await api.putFile(id, "small.gcode");
  });
  afterAll(() => api.stop());
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}server/files/${path}`, { headers });
  const NAME = encodeURIComponent("bräcket 1.gcode");

  it("are downloaded under their own name", async () => {
    const response = await get(`gcodes/parts/${NAME}`);
    expect(await response.text()).toBe(BRACKET);
    expect(response.headers.get("content-disposition")).toBe(
      "attachment; filename=\"br_cket 1.gcode\"; filename*=UTF-8''br%C3%A4cket%201.gcode",
    );
  });

  it("are downloaded in parts", async () => {
    const response = await get(`gcodes/parts/${NAME}`, { range: "bytes=10-19" });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes 10-19/${Buffer.byteLength(BRACKET)}`);
    expect(await response.text()).toBe(BRACKET.slice(10, 20));
    const beyond = await get(`gcodes/parts/${NAME}`, { range: "bytes=99999999-" });
    expect(beyond.status).toBe(416);
  });

  it("have thumbnails where the metadata says, relative to the file's folder", async () => {
    const { result } = Metadata.parse(await (await get(`metadata?filename=parts/${NAME}`)).json());
    expect(result.thumbnails.length).toBeGreaterThan(0);
    for (const { relative_path } of result.thumbnails) {
      const response = await get(`gcodes/parts/${encodeURI(relative_path)}`);
      expect(response.headers.get("content-type")).toBe("image/png");
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.subarray(0, 8).toString("hex")).toBe(PNG_SIGNATURE);
    }
  });

  it("have thumbnails listed relative to the root", async () => {
    const { result } = Thumbnails.parse(
      await (await get(`thumbnails?filename=parts/${NAME}`)).json(),
    );
    for (const { thumbnail_path } of result) {
      expect((await get(`gcodes/${encodeURI(thumbnail_path)}`)).status).toBe(200);
    }
  });

  it("have a thumbnail for the board, by content and width", async () => {
    const file = api.library.find(printer.id, "parts/bräcket 1.gcode");
    const response = await fetch(`${api.url}farm/thumbnails/${file?.content}?width=64`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect((await fetch(`${api.url}farm/thumbnails/${"0".repeat(64)}`)).status).toBe(404);
  });

  it("are listed by folder", async () => {
    const root = await (await get("directory?path=gcodes")).json();
    expect(root).toMatchObject({
      result: { dirs: [{ dirname: "parts" }], files: [{ filename: "small.gcode" }] },
    });
    const folder = await (await get("directory?path=gcodes/parts&extended=true")).json();
    expect(folder).toMatchObject({
      result: { dirs: [], files: [{ filename: "bräcket 1.gcode", slicer: "PrusaSlicer" }] },
    });
    expect((await get("directory?path=gcodes/nope")).status).toBe(400);
    expect((await get("directory?path=../etc")).status).toBe(400);
  });

  it.each(["../x", "%2e%2e%2fx", "%00", "%zz", "..%5cx"])(
    "do not leave the root by %s",
    async (path) => {
      expect((await get(`gcodes/${path}`)).status).toBe(404);
    },
  );

  it("are deleted by their path", async () => {
    const gone = await fetch(`${api.url}server/files/gcodes/small.gcode`, { method: "DELETE" });
    const item = { path: "small.gcode", root: "gcodes", size: 0, modified: 0, permissions: "" };
    expect(await gone.json()).toEqual({ result: { action: "delete_file", item } });
    expect((await get("gcodes/small.gcode")).status).toBe(404);
  });
});

describe("a range of bytes", () => {
  it.each([
    ["bytes=0-4", { start: 0, end: 4 }],
    ["bytes=5-", { start: 5, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-30", { start: 0, end: 9 }],
    ["bytes=8-30", { start: 8, end: 9 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=4-2", "unsatisfiable"],
    ["bytes=-", null],
    ["bytes=0-1,3-4", null],
    ["lines=0-4", null],
  ] as const)("%s of ten", (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });
});
